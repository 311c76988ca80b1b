/**
 * Every attack shown in the reader, forty in a conversation, all of them open. Held: no script ran, no
 * connection left (a trap answers for every name but ours), no window was opened or led away, and the
 * page answers all the while.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { setDefaultCACertificates, getCACertificates } from 'node:tls'
import type { Page } from 'playwright-core'
import type { Person, Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import type { Attack } from './attack.ts'
import { cssAttacks } from './css-attacks.ts'
import {
  charsetAttacks,
  fetchAttacks,
  handlerAttacks,
  mutationAttacks,
  urlAttacks,
} from './html-attacks.ts'
import { efailAttacks, nameAttacks, nestedAttacks, secret, sizeAttacks } from './mime-attacks.ts'

const inConversation = 40
/** Forty frames at once, on a machine that does other things. */
const shownWithinMs = 60_000

/** Whoever connects to a name that is not ours ends here; the names of attackers are kept. */
export async function setTrap(): Promise<Trap> {
  const caught: string[] = []
  const server = createServer((socket) => {
    // The first octets say whom they want: a ClientHello by its server name, a request by its Host.
    socket.once('data', (octets: Buffer) => {
      const name = /[\w.-]+\.example\b/.exec(octets.toString('latin1'))?.[0]
      if (name !== undefined) caught.push(name)
      socket.destroy()
    })
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(server, { caught })
}

export interface Trap extends Server {
  readonly caught: readonly string[]
}

export function trapArguments(trap: Server): readonly string[] {
  const { port } = trap.address() as AddressInfo
  return [`--host-resolver-rules=MAP * 127.0.0.1:${port}, EXCLUDE localhost`]
}

export const corpus: readonly Attack[] = [
  ...handlerAttacks(),
  ...urlAttacks(),
  ...mutationAttacks(),
  ...charsetAttacks(),
  ...fetchAttacks(),
  ...cssAttacks(),
  ...efailAttacks(),
  ...nestedAttacks(),
  ...nameAttacks(),
]

export interface Delivered {
  readonly conversations: number
}

/** Into a mailbox in which each conversation holds so many attacks, and each heavy one stands alone. */
export async function deliverCorpus(platform: Platform, person: Person): Promise<Delivered> {
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, platform.ca])
  try {
    return await importAll(platform.ready.listeners.https, person)
  } finally {
    setDefaultCACertificates(trusted)
  }
}

async function importAll(origin: string, { address, appPassword }: Person): Promise<Delivered> {
  const authorization = `Basic ${Buffer.from(`${address}:${appPassword}`).toString('base64')}`
  const ask = async (path: string, body: string, type = 'application/json') => {
    const headers = { authorization, 'content-type': type }
    const response = await fetch(new URL(path, origin), { method: 'POST', headers, body })
    assert.ok(response.ok, `${path}: ${response.status}`)
    // oxlint-disable-next-line typescript/no-explicit-any -- read here alone
    return (await response.json()) as any
  }
  const session = await fetch(new URL('/jmap/session', origin), { headers: { authorization } })
  // oxlint-disable-next-line typescript/no-explicit-any -- read here alone
  const [accountId] = Object.values<string>(((await session.json()) as any).primaryAccounts)
  const call = async (name: string, args: object) => {
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
    const methodCalls = [[name, { accountId, ...args }, '0']]
    const { methodResponses } = await ask('/jmap/api', JSON.stringify({ using, methodCalls }))
    return methodResponses[0][1]
  }
  const made = await call('Mailbox/set', { create: { m: { name: 'Hostile' } } })
  const mailboxIds = { [made.created.m.id]: true }
  const heavy = sizeAttacks()
  const messages = [
    ...corpus.map(({ message }, at) => inThread(message, Math.floor(at / inConversation))),
    ...heavy.map(({ message }, at) => inThread(message, 1_000 + at)),
  ]
  for (let at = 0; at < messages.length; at += inConversation) {
    const waiting = [...messages.slice(at, at + inConversation).entries()]
    const blobs: { blobId: string }[] = []
    // As many at once as the server takes from one person.
    const carry = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        blobs[next[0]] = await ask(`/jmap/upload/${accountId}`, next[1], 'message/rfc822')
    }
    await Promise.all([carry(), carry(), carry(), carry()])
    const receivedAt = new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString().replace('.000', '')
    const emails = Object.fromEntries(
      blobs.map(({ blobId }, index) => [index, { blobId, mailboxIds, receivedAt }]),
    )
    const { notCreated } = await call('Email/import', { emails })
    assert.equal(notCreated, null, JSON.stringify(notCreated))
  }
  return {
    conversations: Math.ceil(corpus.length / inConversation) + heavy.length,
  }
}

function inThread(message: string, thread: number): string {
  return `References: <hostile-${thread}@elsewhere.example>\r\n${message}`
}

export interface Shown {
  readonly letters: number
  readonly slowestMs: number
}

/** Opens one conversation after the other by the keyboard, as a reader would. */
export async function showAll(page: Page, conversations: number): Promise<Shown> {
  let letters = 0
  let slowestMs = 0
  await page.getByRole('heading', { name: 'Hostile' }).waitFor()
  await page.locator('.message .subject', { hasText: 'addresses' }).waitFor()
  await page.locator('#message-list').focus()
  for (let at = 0; at < conversations; at++) {
    await page.keyboard.press(at === 0 ? 'Home' : 'j')
    const from = performance.now()
    if (at === 0) await page.keyboard.press('Enter')
    await until(`conversation ${at} to be shown`, shownWithinMs, () => page.evaluate(isShown))
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))')
    const tookMs = performance.now() - from
    slowestMs = Math.max(slowestMs, tookMs)
    letters += await page.locator('.letter.open').count()
    assert.equal(await page.evaluate('window.tamarRan'), undefined)
    assert.match(page.url(), /\/mail\/a\//)
  }
  return { letters, slowestMs }
}

/** Every open message has its text, or its frame filled. */
const areShown = `[...document.querySelectorAll('.letter.open')].every((letter) => {
  const frame = letter.querySelector('.html-body iframe')
  return frame === null
    ? letter.querySelector('.text-body, .no-body') !== null
    : frame.style.height !== ''
})`

/** The conversation that was asked for is open, and another than before. */
const isShown = `(() => {
  const shown = document.querySelector('.conversation')?.dataset.thread
  if (shown === undefined || !location.pathname.endsWith('/' + shown)) return false
  if (shown === window.shownBefore || !(${areShown})) return false
  window.shownBefore = shown
  return true
})()`

const picturesAskedMax = 6

/** In a conversation of such attacks pictures are asked for, as a reader might. @returns how many times */
export async function askForPictures(page: Page, kind: 'efail' | 'fetch'): Promise<number> {
  await page.locator('.message', { hasText: kind }).first().click()
  const letters = page.locator('.letter', { hasText: 'Mallory' })
  await letters.first().waitFor()
  const folded = page.locator('.letter-head[aria-expanded="false"]', { hasText: kind })
  for (let opened = 0; opened < picturesAskedMax && (await folded.count()) > 0; opened++)
    await folded.first().click()
  await until('what is open to be shown', shownWithinMs, () => page.evaluate(areShown))
  const buttons = page.getByRole('button', { name: 'Show pictures' })
  let asked = 0
  for (; asked < picturesAskedMax && (await buttons.count()) > 0; asked++)
    await buttons.first().click()
  return asked
}

/** Requests that went out, but for our own and the pictures that came with a message. */
export function watchRequests(page: Page, origin: string): readonly string[] {
  const left: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(?:blob|data):/.test(request.url()))
      left.push(request.url())
  })
  return left
}

export { secret }
