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
      // What stands over the mail hides what the keys would do.
      if (app.route.value.screen !== undefined && event.key !== 'Escape') return
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
  // What somebody typed into the settings is not thrown away by a key.
  if (event.key === 'Escape') return target.closest('.settings :is(input, textarea)') !== null
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return true
  const isPressed = event.key === 'Enter' || event.key === ' '
  return isPressed && target.closest('button, a, summary') !== null
}
