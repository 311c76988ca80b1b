/** The mail's keys work wherever nothing else wants them. */
import { useEffect } from 'react'
import { useActions } from '../actions/use-actions.ts'
import { useApp } from '../app/context.ts'
import { Keys } from './shortcuts.ts'

export function useKeys(): void {
  const app = useApp()
  const actions = useActions()
  useEffect(() => {
    const keys = new Keys()
    const focus = (id: string, how: 'focus' | 'click') => {
      const element = document.getElementById(id)
      element?.focus({ preventScroll: true })
      if (how === 'click') element?.click()
    }
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.isComposing || isTaken(event)) return
      const found = keys.find(event.key, event.timeStamp)
      if (found?.act === undefined) return
      event.preventDefault()
      found.act({ app, actions, focus })
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [app, actions])
}

/** Somebody types, or a window, a menu or a button has the key for itself. */
function isTaken(event: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return true
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (event.key === 'Escape') return false
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return true
  const isPressed = event.key === 'Enter' || event.key === ' '
  return isPressed && target.closest('button, a, summary') !== null
}
