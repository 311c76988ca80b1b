/** What the sections are put together from. */
import { useEffect, type ReactNode } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import type { Loaded } from '../../kit/loaded.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { settingsWords } from './words.ts'

/** Reads it when it is first drawn, and says so where it cannot be had. */
export function WhenRead<T>(props: { of: Loaded<T>; children: (value: T) => ReactNode }) {
  const { of, children } = props
  const say = useWords(settingsWords)
  const now = useValue(of.now)
  useEffect(() => void of.read(), [of])
  if (now.kind === 'reading') return <p aria-busy="true">{say('reading')}</p>
  if (now.kind === 'there') return children(now.value)
  return (
    <div role="alert">
      <p className="fault">{say('unreadable')}</p>
      <Button onClick={() => void of.read()}>{say('again')}</Button>
    </div>
  )
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** One thing in a list: what it is, what is known of it, what can be done with it. */
export function Line(props: {
  title: ReactNode
  facts?: readonly (string | undefined)[]
  children?: ReactNode
}) {
  const { title, facts = [], children } = props
  return (
    <li className="line">
      <div className="what">
        <p className="title">{title}</p>
        {facts
          .filter((fact) => fact !== undefined && fact !== '')
          .map((fact) => (
            <p key={fact} className="fact">
              {fact}
            </p>
          ))}
      </div>
      {children === undefined ? null : <div className="acts">{children}</div>}
    </li>
  )
}

/** Words that are seen once: chosen whole by a click, copied by a button. */
export function ShownOnce(props: { lines: readonly string[]; hint: string; onKept: () => void }) {
  const { lines, hint, onKept } = props
  const say = useWords(settingsWords)
  return (
    <div className="shown-once" role="status">
      <p>{hint}</p>
      <ul className={lines.length > 1 ? 'many' : undefined}>
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        <Button onClick={() => void navigator.clipboard.writeText(lines.join('\n'))}>
          {say('copy')}
        </Button>
        <Button kind="primary" onClick={onKept}>
          {say('kept')}
        </Button>
      </div>
    </div>
  )
}
