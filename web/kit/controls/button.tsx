/** A button with words, or with a pictogram and words that are heard and shown on hover. */
import type { ComponentProps, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly kind?: 'plain' | 'primary' | 'quiet'
  readonly icon?: IconName
  readonly isFilled?: boolean
  readonly children?: ReactNode
}

export function Button(props: ButtonProps) {
  const { kind = 'plain', icon, isFilled = false, children, className = '', ...rest } = props
  return (
    <button type="button" className={`button ${kind} ${className}`} {...rest}>
      {icon === undefined ? null : <Icon name={icon} isFilled={isFilled} />}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: IconName
  readonly label: string
  /** The shortcut's keys, shown with the label. */
  readonly keys?: string
}

export function IconButton(props: IconButtonProps) {
  const { label, keys, className = '', kind = 'quiet', ...rest } = props
  const title = keys === undefined ? label : `${label} (${keys})`
  return (
    <Button
      kind={kind}
      className={`icon ${className}`}
      aria-label={label}
      title={title}
      {...(keys === undefined ? {} : { 'aria-keyshortcuts': keys })}
      {...rest}
    />
  )
}
