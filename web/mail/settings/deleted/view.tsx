/** Recently deleted: what can be put back. */
import { useEffect, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatDay, formatMoment } from '../../../kit/dates.ts'
import { recoverable } from '../../../kit/jmap/types.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { MailboxChoice } from '../mailbox-choice.tsx'
import { Line } from '../parts.tsx'
import { settingsWords } from '../words.ts'
import { DeletedModel, type Deleted, type DeletedEmail } from './model.ts'
import { deletedWords } from './words.ts'

export function DeletedSection() {
  const app = useApp()
  const say = useWords(deletedWords)
  const ids = app.client.accountsWith(recoverable)
  const here = app.route.value.accountId
  const [chosen, setChosen] = useState(ids.find((id) => id === here) ?? ids[0])
  if (chosen === undefined) return <p className="none">{say('nowhere')}</p>
  const labelled = ids.map((id) => ({ id, label: app.client.session.accounts[id]?.name ?? id }))
  return (
    <>
      <p className="about">{say('about')}</p>
      <MailboxChoice all={labelled} chosen={chosen} onChoose={setChosen} />
      <DeletedOf key={chosen} accountId={chosen} />
    </>
  )
}

function DeletedOf({ accountId }: { accountId: string }) {
  const app = useApp()
  const say = useWords(deletedWords)
  const sayAll = useWords(settingsWords)
  const model = useMemo(() => new DeletedModel(app.client.account(accountId)), [app, accountId])
  useEffect(() => void model.read(), [model])
  const now = useValue(model.now)
  if (now === 'reading') return <p aria-busy="true">{sayAll('reading')}</p>
  if (typeof now === 'string')
    return (
      <div role="alert">
        <p className="fault">{say(now)}</p>
        <Button onClick={() => void model.read()}>{sayAll('again')}</Button>
      </div>
    )
  return <DeletedList model={model} deleted={now} />
}

function DeletedList({ model, deleted }: { model: DeletedModel; deleted: Deleted }) {
  const { toasts } = useApp()
  const say = useWords(deletedWords)
  const { lines, total } = deleted
  const putBack = async (ids: readonly string[]) => {
    const { done, fault } = await model.putBack(ids)
    if (done > 0) toasts.show({ kind: 'done', text: say('isBack', { n: done }) })
    if (fault !== undefined) toasts.show({ kind: 'fault', text: say(fault) })
    // The button that was pressed is gone with its line.
    document.getElementById('settings-section')?.focus()
  }
  if (lines.length === 0 && total === 0) return <p className="none">{say('nothing')}</p>
  return (
    <>
      <ul className="lines">
        {lines.map((line) => (
          <DeletedLine key={line.id} line={line} onPutBack={() => void putBack([line.id])} />
        ))}
      </ul>
      <div className="dialog-buttons">
        {lines.length < total ? (
          <Button
            onClick={() =>
              void model.readMore().then((fault) => {
                if (fault !== undefined) toasts.show({ kind: 'fault', text: say(fault) })
              })
            }
          >
            {say('more', { n: total - lines.length })}
          </Button>
        ) : null}
        {lines.length > 1 ? (
          <Button onClick={() => void putBack(lines.map(({ id }) => id))}>
            {say('putAllBack', { n: lines.length })}
          </Button>
        ) : null}
      </div>
    </>
  )
}

function DeletedLine({ line, onPutBack }: { line: DeletedEmail; onPutBack: () => void }) {
  const say = useWords(deletedWords)
  const { from, subject, deletedAt, recoverableUntil } = line
  const title = subject === null || subject === '' ? say('noSubject') : subject
  const [sender] = from ?? []
  return (
    <Line
      title={title}
      facts={[
        sender === undefined ? undefined : (sender.name ?? sender.email),
        say('when', {
          at: formatMoment(Date.parse(deletedAt)),
          until: formatDay(Date.parse(recoverableUntil)),
        }),
      ]}
    >
      <Button aria-label={say('putBackNamed', { subject: title })} onClick={onPutBack}>
        {say('putBack')}
      </Button>
    </Line>
  )
}
