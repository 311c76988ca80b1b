/**
 * Says that mail came, and nothing of it: no sender, no subject, no mailbox. What was pushed carries no
 * content either (ADR 0044); how much is unread is asked of the server, by the cookie of who is signed in.
 */
import { Transport } from '../kit/jmap/transport.ts'
import { core, mail, type GetResponse, type Mailbox } from '../kit/jmap/types.ts'
import { chooseLanguage, sayer } from '../kit/words.ts'
import { openInbox, pushVerified } from './messages.ts'
import { readPushed } from './pushed.ts'
import { notificationWords } from './words.ts'
import type { ChosenEvent, PushedEvent, WindowClient, Worker } from './worker.ts'

const pagePath = '/mail/'
/** One line for all that is new: the next takes the place of the one before. */
const tag = 'tamar-mail'
/** More accounts than anybody has are not asked about. */
const accountsMax = 16

export function listenToPushes(worker: Worker): void {
  const transport = new Transport({
    apiUrl: '/jmap/api',
    using: [core, mail],
    callsMax: accountsMax,
    fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
  })
  worker.addEventListener('push', (event) => event.waitUntil(hear(worker, transport, event)))
  worker.addEventListener('notificationclick', (event) => event.waitUntil(open(worker, event)))
}

async function hear(worker: Worker, transport: Transport, { data }: PushedEvent): Promise<void> {
  const pushed = readPushed(data?.text() ?? '')
  if (pushed?.kind === 'mail') await notify(worker, transport, pushed.accountIds)
  if (pushed?.kind !== 'code') return
  const { id, code: verificationCode } = pushed
  await transport.call('PushSubscription/set', { update: { [id]: { verificationCode } } }, true)
  for (const client of await windowsOf(worker)) client.postMessage(pushVerified, [])
}

async function notify(
  worker: Worker,
  transport: Transport,
  accountIds: readonly string[],
): Promise<void> {
  const windows = await windowsOf(worker)
  // Whoever looks at his mail sees it.
  if (windows.some(({ focused }) => focused)) return
  const to = chooseLanguage(navigator.languages)
  const say = sayer(notificationWords, to)
  const unread = await countUnread(transport, accountIds)
  await worker.registration.showNotification(say('newMail'), {
    ...(unread === undefined || unread === 0 ? {} : { body: say('unread', { n: unread }) }),
    lang: to,
    tag,
    icon: '/mail/icon-192.png',
  })
}

/** In the inboxes of these accounts; undefined where it cannot be had now: that mail came is said all the same. */
async function countUnread(
  transport: Transport,
  accountIds: readonly string[],
): Promise<number | undefined> {
  try {
    const asked = accountIds
      .slice(0, accountsMax)
      .map((accountId) =>
        transport.call<GetResponse<Mailbox>>(
          'Mailbox/get',
          { accountId, ids: null, properties: ['role', 'unreadEmails'] },
          true,
        ),
      )
    return (await Promise.all(asked))
      .flatMap(({ list }) => list)
      .filter(({ role }) => role === 'inbox')
      .reduce((sum, { unreadEmails }) => sum + unreadEmails, 0)
  } catch {
    return undefined
  }
}

/** A window there is already, or a new one. */
async function open(worker: Worker, { notification }: ChosenEvent): Promise<void> {
  notification.close()
  const windows = await windowsOf(worker)
  const ours = windows.find(({ url }) => url.startsWith(worker.location.origin + pagePath))
  if (ours === undefined) {
    await worker.clients.openWindow(pagePath)
    return
  }
  ours.postMessage(openInbox, [])
  await ours.focus()
}

/** Those too that were there before the worker. */
function windowsOf({ clients }: Worker): Promise<readonly WindowClient[]> {
  return clients.matchAll({ type: 'window', includeUncontrolled: true })
}
