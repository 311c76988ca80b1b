/**
 * A button that opens a menu. The browser's own popover is above everything and closes by itself; the
 * arrows, Home, End and first letters move (WAI-ARIA menu button); focus goes back to the button.
 */
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  readonly key: string
  readonly label: string
  readonly icon?: IconName
  readonly hint?: string
  readonly isChecked?: boolean
  readonly isDisabled?: boolean
  /** A line above it. */
  readonly isApart?: boolean
  readonly act: () => void
}

export interface MenuProps {
  readonly label: string
  readonly icon?: IconName
  readonly keys?: string
  /** Shown instead of the pictogram alone. */
  readonly children?: ReactNode
  readonly items: readonly MenuItem[]
  readonly id?: string
}

export function Menu({ label, icon, keys, children, items, id: given }: MenuProps) {
  const made = useId()
  const id = given ?? made
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const open = () => list.current?.showPopover()
  useLayoutEffect(() => {
    if (!isOpen || list.current === null || button.current === null) return
    // Only now its items are there: they have a size, and one of them the focus.
    place(list.current, button.current)
    itemsOf(list.current)[0]?.focus()
  }, [isOpen])
  const close = () => {
    list.current?.hidePopover()
    button.current?.focus()
  }
  const shared = {
    ref: button,
    id,
    'aria-haspopup': 'menu' as const,
    'aria-expanded': isOpen,
    onClick: () => (isOpen ? close() : open()),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      open()
    },
  }
  return (
    <>
      {children === undefined && icon !== undefined ? (
        <IconButton
          icon={icon}
          label={label}
          {...(keys === undefined ? {} : { keys })}
          {...shared}
        />
      ) : (
        <Button
          kind="quiet"
          aria-label={label}
          {...(icon === undefined ? {} : { icon })}
          {...shared}
        >
          {children}
        </Button>
      )}
      <div
        ref={list}
        className="menu"
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-labelledby={id}
        onToggle={(event) => setOpen(event.newState === 'open')}
        onKeyDown={(event) => move(event, close)}
      >
        {isOpen ? items.map((item) => <Item key={item.key} item={item} close={close} />) : null}
      </div>
    </>
  )
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  const { label, icon, hint, isChecked, isDisabled = false, isApart = false, act } = item
  return (
    <>
      {isApart ? <hr /> : null}
      <button
        type="button"
        role={isChecked === undefined ? 'menuitem' : 'menuitemradio'}
        {...(isChecked === undefined ? {} : { 'aria-checked': isChecked })}
        tabIndex={-1}
        disabled={isDisabled}
        onClick={() => {
          close()
          act()
        }}
      >
        {icon === undefined ? null : <Icon name={icon} />}
        <span>{label}</span>
        {isChecked === true ? <Icon name="check" /> : null}
        {hint === undefined ? null : <span className="hint">{hint}</span>}
      </button>
    </>
  )
}

function itemsOf(list: HTMLElement): readonly HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)')]
}

function move(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  const all = itemsOf(event.currentTarget)
  const at = all.indexOf(document.activeElement as HTMLElement)
  const go = (index: number) => {
    event.preventDefault()
    event.stopPropagation()
    all[(index + all.length) % all.length]?.focus()
  }
  if (event.key === 'ArrowDown') return go(at + 1)
  if (event.key === 'ArrowUp') return go(at - 1)
  if (event.key === 'Home') return go(0)
  if (event.key === 'End') return go(-1)
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault()
    event.stopPropagation()
    return close()
  }
  if (event.key.length !== 1 || event.key === ' ') return
  event.stopPropagation()
  const letter = event.key.toLowerCase()
  const order = [...all.slice(at + 1), ...all.slice(0, at + 1)]
  order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus()
}

/** Beneath the button, or above it where there is no room; never over the window's edge. */
function place(list: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect()
  const size = list.getBoundingClientRect()
  const below = from.bottom + 4
  const top = below + size.height <= innerHeight ? below : Math.max(4, from.top - size.height - 4)
  list.style.left = `${Math.max(4, Math.min(from.left, innerWidth - size.width - 4))}px`
  list.style.top = `${top}px`
}
