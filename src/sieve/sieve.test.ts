/** What Dovecot cannot be asked: limits, included scripts, and what scripts ask their place. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { capabilities, usualCapabilities } from './capabilities.ts'
import { compileScript } from './compile.ts'
import { runScript } from './run-script.ts'
import type { SieveMessage, SieveOutcome, SievePlace } from './types.ts'

const message: SieveMessage = {
  octets: 300,
  envelope: { from: '', to: 'lee@td.example' },
  fields: [
    { index: 0, name: 'Subject', raw: 'minutes', text: 'minutes' },
    { index: 1, name: 'Message-ID', raw: '<m@x>', text: '<m@x>' },
  ],
  body: async () => ['a'.repeat(100_000)],
  addresses: () => [],
  date: () => undefined,
}

const nowhere: SievePlace = {
  now: Date.UTC(2026, 2, 2, 1, 15),
  zoneMinutes: 480,
  hasMailbox: async (name) => name === 'Works',
  hasSpecialUse: async (use, mailbox) =>
    use === '\\junk' && (mailbox === undefined || mailbox === 'Spam'),
  include: async () => undefined,
  isDuplicate: async () => false,
}

function run(text: string, place: Partial<SievePlace> = {}): Promise<SieveOutcome> {
  const script = compileScript(text, new Set(capabilities))
  return runScript(script, message, { ...nowhere, ...place })
}

const kinds = async (text: string, place?: Partial<SievePlace>) =>
  (await run(text, place)).actions.map(({ kind }) => kind)

/** Line, column and the reason of a refused script. */
function faultOf(text: string, allowed = usualCapabilities) {
  try {
    compileScript(text, allowed)
  } catch (error) {
    if (isRefusal(error, 'invalid'))
      return [error.facts['line'], error.facts['column'], error.facts['why']]
    throw error
  }
  return undefined
}

test('a fault names its line, its column and the remedy', () => {
  assert.deepEqual(faultOf('keep;\n  fileinto "A";'), [2, 3, 'fileinto needs: require "fileinto";'])
  assert.deepEqual(faultOf('require "editheader";'), [1, 1, '"editheader" is not offered here'])
  assert.deepEqual(faultOf('/* never\nends'), [1, 1, 'this comment never ends'])
})

test('what is too deep, too long or too much is refused before the mail', () => {
  assert.match(String(faultOf('if '.padEnd(200, 'not ') + 'true { }')), /levels deep/)
  assert.match(String(faultOf(`# ${'x'.repeat(70_000)}`)), /octets/)
  assert.match(String(faultOf('keep;'.repeat(5_000))), /4096 commands/)
  const list = Array.from({ length: 600 }, () => '"a"').join(',')
  assert.match(String(faultOf(`if exists [${list}] { keep; }`)), /at most 512 texts/)
})

test('a script that costs too much ends, and its message is kept', async () => {
  const test = `body :matches "${'*a'.repeat(40)}b"`
  const tests = Array.from({ length: 20 }, () => test).join(', ')
  const { actions, fault } = await run(`require "body"; if anyof (${tests}) { discard; }`)
  assert.deepEqual(actions, [{ kind: 'keep', flags: [] }])
  assert.equal(fault, 'the script takes too long')
})

test('a message goes to four addresses at most, and stays when a script wants more', async () => {
  const redirects = [1, 2, 3, 4, 5].map((n) => `redirect "a${n}@b.example";`).join('')
  const { actions, fault } = await run(redirects)
  assert.deepEqual(actions, [{ kind: 'keep', flags: [] }])
  assert.equal(fault, 'more than 4 times redirect')
})

test('the null reverse-path is an address of nothing', async () => {
  assert.deepEqual(await kinds('require "envelope"; if envelope "from" "" { discard; }'), [])
})

test('included scripts share flow and global variables, not their own', async () => {
  const scripts: Readonly<Record<string, string>> = {
    one: 'require ["include", "variables"]; global "g"; set "g" "G"; set "own" "x"; return; discard;',
    ends: 'stop;',
    loop: 'require "include"; include "loop";',
  }
  const include: SievePlace['include'] = async (_location, name) => {
    const text = scripts[name]
    return text === undefined ? undefined : compileScript(text)
  }
  const head = 'require ["include", "variables", "fileinto"];'
  const { actions } = await run(`${head} global "g"; include "one"; fileinto "\${g}\${own}-";`, {
    include,
  })
  assert.deepEqual(
    actions.map((action) => action.kind === 'fileinto' && action.mailbox),
    ['G-'],
  )
  assert.deepEqual(await kinds(`${head} include "ends"; discard;`, { include }), ['keep'])
  assert.deepEqual(await kinds(`${head} include :optional "gone"; discard;`, { include }), [])
  assert.match((await run(`${head} include "gone";`, { include })).fault ?? '', /not there/)
  assert.match((await run(`${head} include "loop";`, { include })).fault ?? '', /too deeply/)
})

test('mailboxes, special uses and repetitions are asked of the place', async () => {
  const head = 'require ["mailbox", "special-use", "duplicate"];'
  assert.deepEqual(await kinds(`${head} if mailboxexists "Works" { discard; }`), [])
  assert.deepEqual(await kinds(`${head} if mailboxexists ["Works", "Else"] { discard; }`), ['keep'])
  assert.deepEqual(await kinds(`${head} if specialuse_exists "\\\\Junk" { discard; }`), [])
  assert.deepEqual(await kinds(`${head} if specialuse_exists "Spam" "\\\\Junk" { discard; }`), [])
  const asked: unknown[] = []
  const isDuplicate: SievePlace['isDuplicate'] = async (...args) => {
    asked.push(args)
    return true
  }
  const text = `${head} if duplicate :handle "h" :seconds 60 :last { discard; }`
  assert.deepEqual(await kinds(text, { isDuplicate }), [])
  assert.deepEqual(asked, [['h\0header\0<m@x>', 60, true]])
})

test('the present time is the place’s, in its zone', async () => {
  const text = 'require "date"; if currentdate "hour" "09" { discard; }'
  assert.deepEqual(await kinds(text), [])
})

test('a vacation says how often it may answer, within bounds', async () => {
  const seconds = async (tags: string) => {
    const { actions } = await run(`require ["vacation", "vacation-seconds"]; vacation ${tags} "x";`)
    const [first] = actions
    return first?.kind === 'vacation' ? first.wish.seconds : undefined
  }
  const day = 86_400
  assert.equal(await seconds(''), 7 * day)
  assert.equal(await seconds(':days 0'), day)
  assert.equal(await seconds(':days 900'), 180 * day)
  assert.equal(await seconds(':seconds 90'), 90)
})

test('what the platform wrote into a header cannot be taken out', async () => {
  const { fault } = await run('require "editheader"; deleteheader "Received";')
  assert.match(fault ?? '', /may not be changed/)
  const { fields } = await run('require "editheader"; addheader :last "X-A" "b";')
  assert.deepEqual(
    fields?.map(({ index, name }) => [index, name]),
    [
      [0, 'Subject'],
      [1, 'Message-ID'],
      [undefined, 'X-A'],
    ],
  )
})
