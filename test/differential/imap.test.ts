/**
 * The same mail and the same commands to another server and to us: every difference is listed with
 * its reason, or it is a fault.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { openWorld } from '../../src/imap/test/world.ts'
import { ImapPeer } from '../support/imap-peer.ts'
import { missing, needs } from '../support/needs.ts'
import { openRealStore } from '../support/real-store.ts'
import { commands, fetchItems } from './commands.ts'
import { normalised } from './compare.ts'
import { findCyrus, startCyrus } from './cyrus.ts'
import { dovecotImap, startDovecot } from './dovecot.ts'
import { explainedCyrus } from './explained-cyrus.ts'
import { explainedDovecot } from './explained-dovecot.ts'
import type { Explained } from './explained.ts'
import { mail, type NamedMail } from './mail.ts'

interface Oracle extends AsyncDisposable {
  readonly peer: ImapPeer
}

interface Question {
  readonly mail: readonly NamedMail[]
  /** In this order, when the mail has been fetched. */
  readonly commands: readonly string[]
}

interface Difference {
  readonly command: string
  readonly mail: string
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

describe('compared with Dovecot', () => {
  it('differs only where it is explained', async (t) => {
    if (!needs(t, dovecotImap)) return
    await compareWith(t, await startDovecot(), { mail, commands }, explainedDovecot)
  })
})

/** What Cyrus does not take, because the header is none. `RENAME INBOX` ends its process. */
const refusedByCyrus: readonly string[] = [
  'header without body',
  'body without header',
  'line without colon in a header',
  'space before the colon',
]

describe('compared with Cyrus', () => {
  it('differs only where it is explained', async (t) => {
    const found = findCyrus()
    if (typeof found === 'string') {
      missing(t, `needs ${found}`)
      return
    }
    const taken = mail.filter(([name]) => !refusedByCyrus.includes(name))
    const asked = commands.filter((command) => !command.startsWith('RENAME INBOX'))
    await compareWith(t, await startCyrus(found), { mail: taken, commands: asked }, explainedCyrus)
  })
})

async function compareWith(
  t: TestContext,
  oracle: Oracle,
  { mail: given, commands: asked }: Question,
  explained: readonly Explained[],
): Promise<void> {
  await using pair = await openPair(oracle, given)
  await fill(pair, given)
  const differences: Difference[] = []
  const compare = async (command: string, name: string, text = command): Promise<void> => {
    const [ours, theirs] = await pair.both(text)
    if (ours.join('\n') !== theirs.join('\n'))
      differences.push({ command, mail: name, ours, theirs })
  }
  for (const item of fetchItems)
    for (const [at, [name]] of given.entries())
      await compare(item, name, `FETCH ${at + 1} (${item})`)
  // The same searches twice: of messages one by one, and of packed texts.
  for (const command of asked.filter((each) => isSearch.test(each))) await compare(command, '')
  await pair.pack()
  for (const command of asked) await compare(command, '')
  check(t, differences, explained)
}

function check(
  t: TestContext,
  differences: readonly Difference[],
  explained: readonly Explained[],
): void {
  const used = new Set<Explained>()
  const faults: Difference[] = []
  for (const difference of differences) {
    const reason = explained.find((each) => covers(each, difference))
    if (reason === undefined) faults.push(difference)
    else used.add(reason)
  }
  t.diagnostic(`${differences.length} differences, ${used.size} reasons`)
  const told = faults.map(
    ({ command, mail: name, ours, theirs }) =>
      `${command} of ${name}\n  ours:   ${ours.join('\n          ')}\n  theirs: ${theirs.join('\n          ')}`,
  )
  assert.equal(told.length, 0, told.join('\n'))
  const stale = explained.filter((each) => !used.has(each)).map(({ why }) => why)
  assert.deepEqual(stale, [], 'explained, but no longer so')
}

function covers(each: Explained, { command, mail: name }: Difference): boolean {
  return each.command.test(command) && (each.mail === undefined || each.mail.includes(name))
}

const isSearch = /^(?:SEARCH|SORT|THREAD) (?!\$|RETURN)/

interface Pair extends AsyncDisposable {
  /** Our texts become packed. */
  pack(): Promise<void>
  /** The same command to both; the answers normalised, ours first. */
  both(text: string | Buffer): Promise<readonly [readonly string[], readonly string[]]>
}

async function openPair(oracle: Oracle, given: readonly NamedMail[]): Promise<Pair> {
  const stack = new AsyncDisposableStack()
  const { peer: theirs } = stack.use(oracle)
  const ground = stack.use(await openRealStore())
  const world = stack.use(await openWorld(ground))
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  const socket = connect({ host, port })
  stack.defer(() => void socket.destroy())
  await once(socket, 'connect')
  const ours = new ImapPeer('tamar', socket, socket)
  await ours.greet()
  await ours.command('LOGIN alice secret')
  return {
    async pack() {
      ground.clock.advance(settledMs)
      const packed = await ground.store.packAccount(world.aliceAccount)
      assert.equal(packed, given.length + sampleCount)
    },
    async both(text) {
      const [a, b] = await Promise.all([ours.command(text), theirs.command(text)])
      return [normalised(a), normalised(b)]
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Packing stays ten minutes behind. */
const settledMs = 11 * minuteMs
/** The world begins with four messages of its own. */
const sampleCount = 4
const startOf2026 = Date.UTC(2026, 0, 5)

/** The same dates, flags and order on both sides. */
async function fill(pair: Pair, given: readonly NamedMail[]): Promise<void> {
  for (const command of ['CREATE Odd', 'CREATE Other', 'SELECT Odd']) await pair.both(command)
  for (const [at, [name, octets]] of given.entries()) {
    const flags = ['', '\\Seen', '\\Flagged \\Answered', '$Work', '\\Draft \\Seen'][at % 5] ?? ''
    const day = new Date(startOf2026 + at * 3_600_000).getUTCDate()
    const date = `${String(day).padStart(2, '0')}-Jan-2026 ${String(at % 24).padStart(2, '0')}:10:00 +0000`
    const head = Buffer.from(`APPEND Odd (${flags}) "${date}" {${octets.length}+}\r\n`)
    const [ours, theirs] = await pair.both(Buffer.concat([head, octets]))
    assert.deepEqual([ours.at(-1), theirs.at(-1)], ['OK', 'OK'], name)
  }
  await pair.both('NOOP')
}
