/** Delegates. */
import { useId, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { dayField, endOfDay, formatMoment } from '../../../kit/dates.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language } from '../../../kit/words.ts'
import { typed } from '../../sign-in/form.ts'
import { MailboxChoice } from '../mailbox-choice.tsx'
import { nameOf, ownMailboxes } from '../own-mailboxes.ts'
import { useOwn } from '../own.ts'
import { Line, Part, WhenRead } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import { Delegates, degrees, type Degree, type Delegation } from './model.ts'
import { delegateWords } from './words.ts'

const dayMs = 86_400_000
const usualDays = 30

export function DelegatesSection() {
  const { api } = useOwn()
  const say = useWords(delegateWords)
  const to = useValue(language)
  const mailboxes = useMemo(() => ownMailboxes(api), [api])
  const [chosen, setChosen] = useState<string>()
  return (
    <>
      <p className="about">{say('about')}</p>
      <WhenRead of={mailboxes}>
        {(all) => {
          const id = chosen ?? all[0]?.id
          if (id === undefined) return null
          const labelled = all.map((one) => ({ id: one.id, label: nameOf(one, to) }))
          return (
            <>
              <MailboxChoice all={labelled} chosen={id} onChoose={setChosen} />
              <DelegatesOf key={id} mailboxId={id} />
            </>
          )
        }}
      </WhenRead>
    </>
  )
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
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const wanted = typed(form, 'degree')
        const degree = (Object.keys(degrees) as Degree[]).find((each) => each === wanted) ?? 'read'
        void model
          .give(typed(form, 'address'), degree, endOfDay(typed(form, 'until')))
          .then(tell(say('given')))
          .then((isDone) => isDone && form.reset())
      }}
    >
      <div className="field">
        <label htmlFor={`${id}a`}>{say('address')}</label>
        <input
          id={`${id}a`}
          className="input"
          name="address"
          type="email"
          autoComplete="off"
          required
        />
      </div>
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
