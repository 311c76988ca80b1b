/** Above a message that was sent and has not left: when it leaves, and the way back. RFC 8621 §7. */
import { useEffect, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { Reference } from '../../kit/jmap/transport.ts'
import type { GetResponse } from '../../kit/jmap/types.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { formatFullDate } from '../messages/model.ts'
import { undoSent } from './sending.ts'
import { composeWords } from './words.ts'

interface Submission {
  readonly id: string
  readonly sendAt: string
}

/** What has its moment to think again is said by a toast already. */
const soonMs = 20_000

export function WaitingNotice({ store, emailId }: { store: AccountStore; emailId: string }) {
  const app = useApp()
  const say = useWords(composeWords)
  const locale = useValue(language)
  const [waiting, setWaiting] = useState<Submission>()
  useEffect(() => {
    let isCurrent = true
    findWaiting(store, emailId).then(
      (found) => isCurrent && setWaiting(found),
      // The message is shown all the same; its sender may look again.
      () => undefined,
    )
    return () => {
      isCurrent = false
    }
  }, [store, emailId])
  if (waiting === undefined) return null
  const { accountId } = store
  return (
    <div className="notice" role="status">
      <p>{say('leaves', { date: formatFullDate(waiting.sendAt, locale) })}</p>
      <Button
        onClick={() => {
          setWaiting(undefined)
          void undoSent(app, { store, accountId }, { submissionId: waiting.id, emailId })
        }}
      >
        {say('takeBack')}
      </Button>
    </div>
  )
}

async function findWaiting(store: AccountStore, emailId: string): Promise<Submission | undefined> {
  const filter = { emailIds: [emailId], undoStatus: 'pending' }
  const properties = ['id', 'sendAt']
  const [, got] = await store.calls([
    ['EmailSubmission/query', { filter, limit: 1 }],
    ['EmailSubmission/get', { ids: new Reference(0, '/ids'), properties }],
  ])
  const [found] = (got as GetResponse<Submission>).list
  if (found === undefined || Date.parse(found.sendAt) - Date.now() < soonMs) return undefined
  return found
}
