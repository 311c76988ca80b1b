/** What is sent into the small Internet, and what came of it. Runs in our namespace: see `bench.ts`. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { run } from '../support/child.ts'
import { findSubject, readAs, sendAs } from '../support/mail-programs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'
import { honest, hostile, type HostileName } from './domains.ts'
import type { Harm } from './proxy.ts'
import { sendLedger } from './ledger.ts'

const arrivalMs = 60_000
const variables = ['CONTROL', 'BOXES', 'CAPTURE', 'CA', 'ARGS'] as const
const [control, boxes, capture, ca, args] = variables.map(
  (name) => process.env[`INTERNET_${name}`] ?? '',
) as [string, string, string, string, string]
const isSlice = args.includes('--slice')

let platform: Platform
let sender: Person

before(async () => {
  platform = await bootPlatform({
    environment: {
      TAMAR_OUTBOUND_SEND: 'direct',
      TAMAR_OUTBOUND_RESOLVERS: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: ca,
    },
  })
  sender = platform.person('wl.chan')
})
after(() => platform[Symbol.asyncDispose]())

/** Each message has a mark that is nowhere else, so that it is found wherever it went. */
let marks = 0
async function send(to: string, more: object = {}): Promise<string> {
  const mark = `canary-${process.pid}-${++marks}-mark`
  // So often that no cut between two packets can hide all of them.
  const text = Array.from({ length: 60 }, () => `${mark} 金絲雀\r\n`).join('')
  const program = sendAs(platform, sender)
  await program.sendMail({ from: sender.address, to, subject: mark, text, ...more })
  program.close()
  return mark
}

/** What must never be seen on the wire. */
const secret: string[] = []

function copiesOf(mark: string): readonly string[] {
  return boxes
    .split(':')
    .flatMap((box) => {
      try {
        return readdirSync(box).map((name) => readFileSync(join(box, name), 'utf8'))
      } catch {
        // Exim makes its folder when the first message comes.
        return []
      }
    })
    .filter((message) => message.includes(`Subject: ${mark}`))
}

function arrival(mark: string): Promise<string> {
  return until(`${mark} to arrive`, arrivalMs, () => copiesOf(mark)[0])
}

/** @returns what passed the proxy in clear so far. */
function harm(domain: HostileName, what?: Harm): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const path = what === undefined ? `/${domain}` : `/${domain}/${what}`
  request({ socketPath: control, path }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    response.on('end', () => resolve(text))
  })
    .on('error', reject)
    .end()
  return promise
}

const queueSchema = z.array(
  z.object({ messageId: z.string(), attempts: z.number(), isUnderWay: z.boolean() }),
)

async function waiting() {
  return queueSchema.parse(await tamar(platform, 'queue', 'list'))
}

/** Each of so many has been tried and waits. */
function triedAll(count: number) {
  return until(`${count} tried messages`, arrivalMs, async () => {
    const items = await waiting()
    const tried = items.filter(({ attempts, isUnderWay }) => attempts > 0 && !isUnderWay)
    return tried.length === count && tried
  })
}

async function retryAll(): Promise<void> {
  for (const { messageId } of await waiting())
    // What has left meanwhile is not there.
    await tamar(platform, 'queue', 'retry', messageId).catch(() => undefined)
}

test('mail reaches Postfix and Exim, encrypted, by whatever way their DNS names', async () => {
  const { postfix, exim, implicit, alias, international, six, fallback } = honest
  const to = [postfix, exim, implicit, alias, international, six, fallback].map((at) => `a@${at}`)
  const marks = await Promise.all([...to, 'a@[10.81.0.2]'].map((one) => send(one)))
  for (const mark of marks) assert.match(await arrival(mark), /with (?:UTF8)?E?SMTPS|with esmtps/i)
  for (const mark of marks) assert.equal(copiesOf(mark).length, 1)
  const overSix = await arrival(marks[to.indexOf(`a@${six}`)] ?? '')
  assert.match(overSix, /\[(?:IPv6:)?fd81::200\]/)
})

test('what cannot go safely waits, nothing of it leaks, and it arrives when the way is safe', async () => {
  const harms = {
    'strip-dane.world': 'strip',
    'swap-dane.world': 'swap',
    'corrupt-dane.world': 'corrupt',
    'strip-sts.plain': 'strip',
    'swap-sts.plain': 'swap',
    'strip-flag.plain': 'strip',
    'swap-flag.plain': 'swap',
  } as const satisfies Partial<Record<HostileName, Harm>>
  const names = Object.keys(harms) as (keyof typeof harms)[]
  for (const name of names) await harm(name, harms[name])
  const marks = await Promise.all(
    names.map((name) =>
      send(`a@${name}`, name.includes('flag') ? { requireTLSExtensionEnabled: true } : {}),
    ),
  )
  const others = [await send(`a@${honest.wrongMx}`), await send(`a@${honest.bogus}`)]
  await triedAll(marks.length + others.length)
  for (const mark of [...marks, ...others]) assert.equal(copiesOf(mark).length, 0, mark)
  const wire = readFileSync(capture)
  assert.ok(wire.includes('EHLO'), 'the capture has seen something')
  for (const [at, mark] of [...marks, ...others].entries())
    assert.equal(wire.includes(mark), false, `${names[at] ?? mark} leaked`)
  for (const name of names) assert.doesNotMatch(await harm(name), /MAIL FROM|canary/i, name)

  for (const name of names) await harm(name, 'none')
  await retryAll()
  // Postfix promises no REQUIRETLS: those two never go there, and their sender is told.
  const safe = marks.filter((_, at) => !(names[at] ?? '').includes('flag'))
  for (const mark of safe) {
    assert.match(await arrival(mark), /\(Postfix\) with (?:UTF8)?ESMTPS /)
    assert.equal(copiesOf(mark).length, 1)
  }
  await triedAll(others.length)
  secret.push(...marks, ...others)
  assert.equal(await reportsOf('5.7.30'), 2)
  for (const { messageId } of await waiting()) await tamar(platform, 'queue', 'cancel', messageId)
})

test('in clear goes what nobody protects: the capture sees it, and none of the others', async () => {
  await harm('strip-flag.plain', 'strip')
  const mark = await send('a@strip-flag.plain')
  assert.match(await arrival(mark), /\(Postfix\) with ESMTP /)
  await until('the capture', arrivalMs, () => readFileSync(capture).includes(mark))
  const wire = readFileSync(capture)
  for (const one of secret) assert.equal(wire.includes(one), false, one)
})

test('delays and cuts lose nothing', async () => {
  await harm('delay.plain', 'delay')
  await harm('cut.plain', 'cut')
  await harm('cut-late.plain', 'cut-late')
  const late = await send('a@delay.plain')
  const cut = await send('a@cut.plain')
  const twice = await send('a@cut-late.plain')
  await arrival(late)
  await triedAll(2)
  assert.equal(copiesOf(cut).length, 0)
  await harm('cut.plain', 'none')
  await harm('cut-late.plain', 'none')
  await retryAll()
  await arrival(cut)
  await until('an empty queue', arrivalMs, async () => (await waiting()).length === 0)
  assert.equal(copiesOf(cut).length, 1)
  // The 250 was cut: nobody can know, so it is sent again.
  assert.equal(copiesOf(twice).length, 2)
})

test('a domain that takes no mail is told at once, and we relay for nobody', async () => {
  await send(`a@${honest.nullMx}`)
  await until('a report', arrivalMs, async () => (await reportsOf('5.1.10')) === 1)
  const ours = sender.address
  const domain = ours.slice(ours.indexOf('@') + 1)
  const far = `relayed@${honest.postfix}`
  const ways: readonly (readonly [from: string, to: string])[] = [
    ['stranger@exim.plain', far],
    ['', far],
    [ours, far],
    ['stranger@exim.plain', `relayed%${honest.postfix}@${domain}`],
    ['stranger@exim.plain', `"${far}"@${domain}`],
    ['stranger@exim.plain', `@${domain}:${far}`],
    ['stranger@exim.plain', `${honest.postfix}!relayed`],
    ['stranger@exim.plain', `${honest.postfix}!relayed@${domain}`],
    ['stranger@exim.plain', 'relayed@[10.81.0.2]'],
    ['stranger@exim.plain', `${far}@${domain}`],
    [`postmaster@${domain}`, far],
    ['stranger@[10.81.0.1]', `relayed@postfix.world.`],
  ]
  for (const [from, to] of ways) {
    const server = `127.0.0.1:${platform.port('smtp')}`
    const flags = ['--server', server, '--helo', 'mx.exim.plain', '--from', from || '<>']
    const { code, stdout } = await run('swaks', [...flags, '--to', to, '--body', 'relayed-mark'], {
      withinMs: arrivalMs,
    })
    assert.notEqual(code, 0, `${from} to ${to}: ${stdout}`)
    assert.match(stdout, /<\*\* 5\d\d/, `${from} to ${to}`)
  }
  assert.equal((await waiting()).length, 0)
})

test(
  'a ledger through cuts: nothing lost, and twice only what the cut hid',
  { skip: isSlice },
  async () => {
    const numberAfter = (flag: string, initially: number) =>
      Number(new RegExp(`${flag} (\\d+)`).exec(args)?.[1] ?? initially)
    const messages = numberAfter('--messages', 2_000)
    const result = await sendLedger({
      platform,
      sender,
      messages,
      cuts: numberAfter('--cuts', 20),
      kills: numberAfter('--kills', 0),
      harm,
      boxes: boxes.split(':'),
    })
    console.log(JSON.stringify(result))
    // Few were under way when the node was killed; all others were taken.
    assert.ok(result.messages >= 0.99 * messages, `${result.messages} acknowledged`)
    assert.equal(result.lost, 0)
    assert.ok(result.doubled <= result.hidden, `${result.doubled} doubled, ${result.hidden} hidden`)
  },
)

async function reportsOf(status: string): Promise<number> {
  await using reader = await readAs(platform, sender)
  const uids = await findSubject(reader, 'INBOX', 'Not delivered')
  const lock = await reader.getMailboxLock('INBOX')
  try {
    if (uids.length === 0) return 0
    const all = await reader.fetchAll(uids.join(','), { source: true }, { uid: true })
    return all.filter(({ source }) => source?.toString().includes(`Status: ${status}`)).length
  } finally {
    lock.release()
  }
}

assert.equal(hostile.length, 10)
