/** Delegates. */
import { useId, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { dayField, endOfDay, formatMoment } from '../../../kit/dates.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language } from '../../../kit/words.ts'
import { typed } from '../../sign-in/form.ts'
import { OfOwnMailbox } from '../of-mailbox.tsx'
import { nameOf } from '../own-mailboxes.ts'
import { useOwn } from '../own.ts'
import { PersonField } from '../person-field.tsx'
import { Line, Part, WhenRead } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import { Delegates, degrees, type Degree, type Delegation } from './model.ts'
import { delegateWords } from './words.ts'

const dayMs = 86_400_000
const usualDays = 30

export function DelegatesSection() {
  const say = useWords(delegateWords)
  return <OfOwnMailbox about={say('about')}>{(id) => <DelegatesOf mailboxId={id} />}</OfOwnMailbox>
}

function DelegatesOf({ mailboxId }: { mailboxId: string }) {
  const { api, guard } = useOwn()
  const say = useWords(delegateWords)
  const model = useMemo(() => new Delegates(api, guard, mailboxId), [api, guard, mailboxId])
  return (
    <>
      <WhenRead of={model.list}>
        {(list) =>
          list.length === 0 ? (
            <p className="none">{say('none')}</p>
          ) : (
            <ul className="lines">
              {list.map((one) => (
                <DelegationLine key={one.id} model={model} one={one} />
              ))}
            </ul>
          )
        }
      </WhenRead>
      <Part title={say('letIn')}>
        <GiveForm model={model} />
      </Part>
    </>
  )
}

function DelegationLine({ model, one }: { model: Delegates; one: Delegation }) {
  const say = useWords(delegateWords)
  const tell = useOutcome()
  const to = useValue(language)
  const { id, person, degree, rights, isPart, to: until } = one
  const name = person === undefined ? say('unknown') : nameOf(person, to)
  return (
    <Line
      title={name}
      facts={[
        degree === undefined ? say('rights', { rights }) : say(degree),
        isPart ? say('part') : undefined,
        until === undefined ? undefined : say('until', { at: formatMoment(until) }),
      ]}
    >
      <Button
        aria-label={say('endOf', { name })}
        onClick={() => void model.end(id).then(tell(say('ended')))}
      >
        {say('end')}
      </Button>
    </Line>
  )
}

function GiveForm({ model }: { model: Delegates }) {
  const say = useWords(delegateWords)
  const tell = useOutcome()
  const id = useId()
  const [now] = useState(() => Date.now())
  const [address, setAddress] = useState('')
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const wanted = typed(form, 'degree')
        const degree = (Object.keys(degrees) as Degree[]).find((each) => each === wanted) ?? 'read'
        void model
          .give(address.trim(), degree, endOfDay(typed(form, 'until')))
          .then(tell(say('given')))
          .then((isDone) => {
            if (!isDone) return
            form.reset()
            setAddress('')
          })
      }}
    >
      <PersonField label={say('address')} value={address} onChange={setAddress} />
      <div className="field">
        <label htmlFor={`${id}d`}>{say('degree')}</label>
        <select id={`${id}d`} className="input" name="degree">
          {(Object.keys(degrees) as Degree[]).map((degree) => (
            <option key={degree} value={degree}>
              {say(degree)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}u`}>{say('end_')}</label>
        <input
          id={`${id}u`}
          className="input"
          name="until"
          type="date"
          min={dayField(now)}
          defaultValue={dayField(now + usualDays * dayMs)}
          required
        />
      </div>
      <Button kind="primary" type="submit">
        {say('give')}
      </Button>
    </form>
  )
}
