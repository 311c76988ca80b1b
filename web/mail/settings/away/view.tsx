/** Out of office. */
import { useEffect, useId, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { vacation } from '../../../kit/jmap/types.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { typed } from '../../sign-in/form.ts'
import { OfAccount } from '../of-mailbox.tsx'
import { AwayModel, type Away, type AwayFault } from './model.ts'
import { awayWords } from './words.ts'

export function AwaySection() {
  const say = useWords(awayWords)
  return (
    <OfAccount capability={vacation} nowhere={say('nowhere')} about={say('about')}>
      {(id) => <AwayOf accountId={id} />}
    </OfAccount>
  )
}

function AwayOf({ accountId }: { accountId: string }) {
  const app = useApp()
  const say = useWords(awayWords)
  const model = useMemo(() => new AwayModel(app.client.account(accountId)), [app, accountId])
  useEffect(() => void model.read(), [model])
  const now = useValue(model.now)
  if (now === 'reading') return <p aria-busy="true">{say('reading')}</p>
  if (typeof now === 'string')
    return (
      <p className="fault" role="alert">
        {say(now)}
      </p>
    )
  return <AwayForm model={model} away={now} />
}

function AwayForm({ model, away }: { model: AwayModel; away: Away }) {
  const app = useApp()
  const say = useWords(awayWords)
  const id = useId()
  const [fault, setFault] = useState<AwayFault>()
  return (
    <form
      className="narrow away"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const wanted: Away = {
          isOn: new FormData(form).has('isOn'),
          firstDay: typed(form, 'firstDay'),
          lastDay: typed(form, 'lastDay'),
          subject: typed(form, 'subject'),
          text: typed(form, 'text'),
        }
        void model.save(wanted).then((why) => {
          setFault(why)
          const text = say(wanted.isOn ? 'savedOn' : 'savedOff')
          if (why === undefined) app.toasts.show({ text, kind: 'done' })
        })
      }}
    >
      <label className="check">
        <input type="checkbox" name="isOn" defaultChecked={away.isOn} />
        {say('isOn')}
      </label>
      <div className="days">
        <div className="field">
          <label htmlFor={`${id}f`}>{say('firstDay')}</label>
          <input
            id={`${id}f`}
            className="input"
            type="date"
            name="firstDay"
            defaultValue={away.firstDay}
          />
        </div>
        <div className="field">
          <label htmlFor={`${id}l`}>{say('lastDay')}</label>
          <input
            id={`${id}l`}
            className="input"
            type="date"
            name="lastDay"
            defaultValue={away.lastDay}
          />
        </div>
      </div>
      <div className="field">
        <label htmlFor={`${id}s`}>{say('subject')}</label>
        <input
          id={`${id}s`}
          className="input"
          name="subject"
          maxLength={200}
          defaultValue={away.subject}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}t`}>{say('text')}</label>
        <textarea id={`${id}t`} className="input" name="text" rows={8} defaultValue={away.text} />
      </div>
      <p className="fault" role="alert">
        {fault === undefined ? '' : say(fault)}
      </p>
      <Button kind="primary" type="submit">
        {say('save')}
      </Button>
    </form>
  )
}
