/** What users take for spam, and what not, is heard by the spam filter: by IMAP and by JMAP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trust } from '../support/certificate.ts'
import { findSubject, readAs, sendAs, sendFromOutside } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { Scanners } from '../support/scanners.ts'
import { until } from '../support/until.ts'

const lessonTimeoutMs = 20_000
const stranger = 'dealer@elsewhere.example'
const watches =
  'Replica watches for the discerning gentleman: order today and save on luxury goods.'
const minutes =
  'BUY NOW is what the minutes of the harbour committee say about the tender for the pier.'

test('mail from outside that is moved into Junk, or out of it, teaches the filter; mail from within does not', async (t) => {
  if (!needs(t, 'clamd') || !needs(t, 'rspamd')) return
  await using scanners = await Scanners.start()
  await using names = await NameServer.start({})
  await using platform = await bootPlatform({
    environment: {
      // This machine is a stranger here, not a relay of ours.
      TAMAR_TRUST_RELAYS: '192.0.2.1',
      TAMAR_TRUST_RESOLVERS: names.address,
      TAMAR_TRUST_RSPAMD: `http://127.0.0.1:${scanners.rspamdPort}`,
      TAMAR_TRUST_RSPAMD_CONTROLLER: `http://127.0.0.1:${scanners.controllerPort}`,
    },
  })
  using _ = trust({ ca: platform.ca })
  const [chan, wong] = [platform.person('wl.chan'), platform.person('kh.wong')]
  const outside = sendFromOutside(platform)
  const inside = sendAs(platform, wong)
  const send = (subject: string, text: string) =>
    outside.sendMail({ from: stranger, to: chan.address, subject, text })
  await send('Watches for you', watches)
  await send('Minutes of Monday', minutes)
  await inside.sendMail({ from: wong.address, to: chan.address, subject: 'Lunch', text: 'At one?' })
  inside.close()

  await using reader = await readAs(platform, chan)
  const [spam] = await arrived(reader, 'INBOX', 'Watches for you')
  const [lunch] = await arrived(reader, 'INBOX', 'Lunch')
  await arrived(reader, 'Junk', 'Minutes of Monday')
  assert.deepEqual(await lessonsOf(scanners), { spam: 0, ham: 0 })

  await reader.mailboxOpen('INBOX')
  await reader.messageMove(String(lunch), 'Junk', { uid: true })
  await reader.messageMove(String(spam), 'Junk', { uid: true })
  await until('spam is taught', lessonTimeoutMs, async () => (await lessonsOf(scanners)).spam === 1)
  await refileByJmap(platform, chan, 'Minutes of Monday')
  await until('ham is taught', lessonTimeoutMs, async () => (await lessonsOf(scanners)).ham === 1)

  assert.deepEqual(await lessonsOf(scanners), { spam: 1, ham: 1 }, 'lunch was no lesson')
  outside.close()
})

async function arrived(
  reader: Awaited<ReturnType<typeof readAs>>,
  mailbox: string,
  subject: string,
): Promise<readonly number[]> {
  let found: readonly number[] = []
  await until(`${subject} is in ${mailbox}`, lessonTimeoutMs, async () => {
    found = await findSubject(reader, mailbox, subject)
    return found.length > 0
  })
  return found
}

interface Lessons {
  readonly spam: number
  readonly ham: number
}

/** What Rspamd says it was taught. */
async function lessonsOf(scanners: Scanners): Promise<Lessons> {
  const response = await fetch(`http://127.0.0.1:${scanners.controllerPort}/stat`)
  const { statfiles } = (await response.json()) as {
    readonly statfiles: readonly { readonly symbol: string; readonly revision: number }[]
  }
  const taught = (symbol: string) =>
    statfiles.find((each) => each.symbol === symbol)?.revision ?? Number.NaN
  return { spam: taught('BAYES_SPAM'), ham: taught('BAYES_HAM') }
}

/** Out of Junk into the inbox, as a mail program that speaks JMAP does it. */
async function refileByJmap(platform: Platform, person: Person, subject: string): Promise<void> {
  const origin = platform.ready.listeners.https
  const secret = Buffer.from(`${person.address}:${person.appPassword}`).toString('base64')
  const headers = { authorization: `Basic ${secret}`, 'content-type': 'application/json' }
  // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
  const session = (await (await fetch(new URL('/jmap/session', origin), { headers })).json()) as any
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
  const ask = async (methodCalls: readonly unknown[]) => {
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
    const body = JSON.stringify({ using, methodCalls })
    const response = await fetch(new URL('/jmap/api', origin), { method: 'POST', headers, body })
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    return ((await response.json()) as any).methodResponses
  }
  const [[, { list: mailboxes }], [, { ids }]] = await ask([
    ['Mailbox/get', { accountId, properties: ['role'] }, 'a'],
    ['Email/query', { accountId, filter: { subject } }, 'b'],
  ])
  const idOf = (role: string) =>
    mailboxes.find((mailbox: { readonly role: string }) => mailbox.role === role).id
  const patch = { [`mailboxIds/${idOf('junk')}`]: null, [`mailboxIds/${idOf('inbox')}`]: true }
  const [[, { updated }]] = await ask([
    ['Email/set', { accountId, update: { [ids[0]]: patch } }, 'a'],
  ])
  assert.deepEqual(Object.keys(updated), [ids[0]])
}
