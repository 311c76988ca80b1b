/** One of a few, each shown with what it is: radio buttons, which the arrows move between. */
import { useId } from 'react'

export interface ChoiceProps<T extends string> {
  readonly title: string
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly label: string
    readonly hint?: string
    readonly lang?: string
  }[]
  readonly onChoose: (value: T) => void
}

export function Choice<T extends string>({ title, value, options, onChoose }: ChoiceProps<T>) {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend>{title}</legend>
      <div className="choice-options">
        {options.map((option) => (
          <label key={option.value} className="choice-option">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span lang={option.lang}>
              {option.label}
              {option.hint === undefined ? null : <small>{option.hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
