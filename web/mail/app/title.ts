/** The tab says where one is and what waits there. */
import { useEffect } from 'react'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { sayer } from '../../kit/words.ts'
import { namedRole } from '../mailboxes/model.ts'
import { mailboxWords } from '../mailboxes/words.ts'
import type { MailApp } from './model.ts'

export function useTitle(app: MailApp): void {
  const { mailboxId, search } = useValue(app.route)
  const version = useSignal(app.store.mailboxes.changed)
  useEffect(() => {
    const mailbox = mailboxId === undefined ? undefined : app.store.mailboxes.get(mailboxId)
    const say = sayer(mailboxWords)
    const role = mailbox === undefined ? undefined : namedRole(mailbox)
    const place = search !== '' ? search : role === undefined ? (mailbox?.name ?? '') : say(role)
    const unread = search === '' && role === 'inbox' ? (mailbox?.unreadThreads ?? 0) : 0
    document.title = [unread > 0 ? `(${unread}) ${place}` : place, app.account?.name, 'Tamar']
      .filter(Boolean)
      .join(' · ')
  }, [app, mailboxId, search, version])
}
