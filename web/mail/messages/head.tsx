/** Above the list: where one is. */
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { appWords } from '../app/words.ts'
import { namedRole } from '../mailboxes/model.ts'
import { mailboxWords } from '../mailboxes/words.ts'

export function ListHead() {
  const app = useApp()
  const say = useWords(mailboxWords)
  const sayApp = useWords(appWords)
  const { mailboxId, search } = useValue(app.route)
  useSignal(app.store.mailboxes.changed)
  const mailbox = mailboxId === undefined ? undefined : app.store.mailboxes.get(mailboxId)
  const role = mailbox === undefined ? undefined : namedRole(mailbox)
  const name = role === undefined ? (mailbox?.name ?? '') : say(role)
  const unread = search === '' ? (mailbox?.unreadThreads ?? 0) : 0
  return (
    <header className="list-head">
      <h2>{search === '' ? name : sayApp('search')}</h2>
      {unread === 0 ? null : <span>{say('unread', { n: unread })}</span>}
    </header>
  )
}
