/**
 * The same mail and the same commands to another server and to us: every difference is listed with
 * its reason, or it is a fault.
 */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { missing, needs } from '../support/needs.ts'
import { commands, fetchItems } from './commands.ts'
import { findCyrus, startCyrus } from './cyrus.ts'
import { dovecotImap, startDovecot } from './dovecot.ts'
import { explainedCyrus } from './explained-cyrus.ts'
import { explainedDovecot } from './explained-dovecot.ts'
import type { Explained } from './explained.ts'
import { mail, type NamedMail } from './mail.ts'
import { openPair, type Oracle, type Pair } from './pair.ts'

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
    await compareWith(t, startDovecot(), { mail, commands }, explainedDovecot)
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
  for (const item of fetchItems) {
    const [ours, theirs] = await pair.both(`FETCH 1:* (${item})`)
    // All at once where both have something of each; otherwise one by one.
    for (const [at, [name]] of given.entries())
      if (ours.length + theirs.length < 2 * given.length)
        await compare(item, name, `FETCH ${at + 1} (${item})`)
      else if (ours[at] !== theirs[at])
        differences.push({
          command: item,
          mail: name,
          ours: ours.slice(at, at + 1),
          theirs: theirs.slice(at, at + 1),
        })
  }
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

const isSearch = /^(?:SEARCH|SORT|THREAD) (?!\$|NOT \$|MODSEQ|RETURN)/

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
    const uid = `OK APPENDUID ${at + 1}`
    assert.deepEqual([ours.at(-1), theirs.at(-1)], [uid, uid], name)
  }
  await pair.both('NOOP')
}
