/** Rules for mail that comes. */
import { useEffect, useId, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { sieve } from '../../../kit/jmap/types.ts'
import { useSignal, useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { moveTargets, namedRole } from '../../mailboxes/model.ts'
import { mailboxWords } from '../../mailboxes/words.ts'
import { typed } from '../../sign-in/form.ts'
import { OfAccount } from '../of-mailbox.tsx'
import { Line, Part } from '../parts.tsx'
import { Filters, wholeNameOf } from './model.ts'
import { fields, type Act, type Rule } from './rules.ts'
import { filterWords } from './words.ts'

const kinds = ['move', 'flag', 'forward', 'delete'] as const

export function FiltersSection() {
  const say = useWords(filterWords)
  return (
    <OfAccount capability={sieve} nowhere={say('nowhere')} about={say('about')}>
      {(id) => <FiltersOf accountId={id} />}
    </OfAccount>
  )
}

function FiltersOf({ accountId }: { accountId: string }) {
  const app = useApp()
  const say = useWords(filterWords)
  const model = useMemo(
    () => new Filters(app.client, app.client.account(accountId), app.browser.fetch),
    [app, accountId],
  )
  useEffect(() => void model.read(), [model])
  const now = useValue(model.now)
  if (now.kind === 'reading') return <p aria-busy="true">{say('reading')}</p>
  if (now.kind === 'script')
    return (
      <Part title={now.name === '' ? say('script') : now.name}>
        <p className="about">{say('scriptHint')}</p>
        <textarea
          className="input script"
          aria-label={say('script')}
          rows={14}
          value={now.text}
          readOnly
        />
      </Part>
    )
  if (now.kind !== 'rules')
    return (
      <p className="fault" role="alert">
        {say(now.kind)}
      </p>
    )
  return (
    <>
      {now.rules.length === 0 ? (
        <p className="none">{say('none')}</p>
      ) : (
        <ul className="lines">
          {now.rules.map((rule, at) => (
            <RuleLine key={`${at} ${JSON.stringify(rule)}`} model={model} rule={rule} />
          ))}
        </ul>
      )}
      <Part title={say('new')}>
        <RuleForm model={model} accountId={accountId} />
      </Part>
    </>
  )
}

function useTold() {
  const { toasts } = useApp()
  const say = useWords(filterWords)
  return (done: string) => (fault: 'unreachable' | 'refused' | undefined) => {
    const kind = fault === undefined ? 'done' : 'fault'
    toasts.show({ text: fault === undefined ? done : say(fault), kind })
    return fault === undefined
  }
}

function RuleLine({ model, rule }: { model: Filters; rule: Rule }) {
  const say = useWords(filterWords)
  const tell = useTold()
  const { field, contains, act } = rule
  const what = act.kind === 'move' ? act.mailbox : act.kind === 'forward' ? act.address : ''
  const title = say('if', { field: say(field), contains })
  return (
    <Line title={title} facts={[say(`${act.kind}To`, { what })]}>
      <Button
        aria-label={say('removeOf', { rule: title })}
        onClick={() => void model.remove(rule).then(tell(say('removed')))}
      >
        {say('remove')}
      </Button>
    </Line>
  )
}

function RuleForm({ model, accountId }: { model: Filters; accountId: string }) {
  const say = useWords(filterWords)
  const sayMailbox = useWords(mailboxWords)
  const tell = useTold()
  const store = useApp().client.account(accountId)
  useSignal(store.mailboxes.changed)
  useEffect(() => void store.readMailboxes().catch(() => undefined), [store])
  const all = store.mailboxes.all()
  const id = useId()
  const [kind, setKind] = useState<(typeof kinds)[number]>('move')
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const field = fields.find((each) => each === typed(form, 'field')) ?? 'from'
        const act = actOf(kind, typed(form, 'mailbox'), typed(form, 'address'))
        void model
          .add({ field, contains: typed(form, 'contains'), act })
          .then(tell(say('added')))
          .then((isDone) => isDone && form.reset())
          .then(() => setKind('move'))
      }}
    >
      <div className="field">
        <label htmlFor={`${id}f`}>{say('field')}</label>
        <select id={`${id}f`} className="input" name="field">
          {fields.map((field) => (
            <option key={field} value={field}>
              {say(field)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}c`}>{say('contains')}</label>
        <input
          id={`${id}c`}
          className="input"
          name="contains"
          maxLength={200}
          autoComplete="off"
          required
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}k`}>{say('thenDo')}</label>
        <select
          id={`${id}k`}
          className="input"
          name="kind"
          value={kind}
          onChange={({ target }) => setKind(kinds.find((each) => each === target.value) ?? 'move')}
        >
          {kinds.map((each) => (
            <option key={each} value={each}>
              {say(each)}
            </option>
          ))}
        </select>
      </div>
      {kind === 'move' ? (
        <div className="field">
          <label htmlFor={`${id}m`}>{say('mailbox')}</label>
          <select id={`${id}m`} className="input" name="mailbox">
            {moveTargets(all, undefined).map((mailbox) => {
              const role = namedRole(mailbox)
              const name = wholeNameOf(mailbox, all)
              return (
                <option key={mailbox.id} value={name}>
                  {role === undefined ? name : sayMailbox(role)}
                </option>
              )
            })}
          </select>
        </div>
      ) : null}
      {kind === 'forward' ? (
        <div className="field">
          <label htmlFor={`${id}a`}>{say('address')}</label>
          <input id={`${id}a`} className="input" name="address" type="email" required />
        </div>
      ) : null}
      <Button kind="primary" type="submit">
        {say('add')}
      </Button>
    </form>
  )
}

function actOf(kind: (typeof kinds)[number], mailbox: string, address: string): Act {
  if (kind === 'move') return { kind, mailbox }
  return kind === 'forward' ? { kind, address } : { kind }
}
