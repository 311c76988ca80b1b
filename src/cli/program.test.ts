/** The command line against the real API of a real directory. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { rehearseAdmin } from '../admin/rehearsal.ts'
import { createAdminServer } from '../admin/server.ts'
import { createLog } from '../telemetry/log.ts'
import { exitCodes } from './exit-codes.ts'
import { runProgram } from './program.ts'

interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

const backedUp = {
  backupId: 'b',
  platform: 'p',
  takenAt: 0,
  rows: 3,
  objects: 2,
  missingObjects: 0,
}

async function run(folder: string, args: readonly string[], typed = ''): Promise<Ended> {
  const [output, errors] = [sink(), sink()]
  const code = await runProgram(
    args,
    {
      dataFolder: () => folder,
      checkConfig: ({ data }) => ({ isGood: data !== 'bad', text: 'as checked' }),
      configReference: () => '# Configuration\n',
      run: async () => exitCodes.unavailable,
      migrate: async () => [],
      backUpKey: async () => ['share 1', 'share 2', 'share 3'],
      makeKey: async () => undefined,
      restoreKey: async (_options, shares) => `restored from ${shares.length}`,
      backUp: async () => backedUp,
      restore: async () => backedUp,
      verifyBackup: async () => backedUp,
      user: { configFolder: join(folder, 'config'), token: undefined, server: undefined },
      streams: {
        input: Readable.from([typed]),
        output: output.stream,
        errors: errors.stream,
        isWatched: false,
      },
    },
    '1.2.3',
  )
  return { code, output: output.text(), errors: errors.text() }
}

function sink() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { stream, text: () => text }
}

async function open() {
  const stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tamar-cli-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const t = stack.use(await openTestDatabase())
  const { parts, passwords } = stack.use(await rehearseAdmin(t.database))
  const log = createLog({ level: 'silent' })
  stack.use(await createAdminServer({ dataFolder: folder, parts, log, version: '1.2.3' }))
  return {
    folder,
    passwords,
    tamar: (line: string, typed?: string) => run(folder, line.split(' '), typed),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('makes a department and people, and shows them in columns', async () => {
  await using t = await open()
  for (const line of [
    'department create TD --name Transport --name-zh 運輸署 --domains td.example,roads.example',
    'person create chan@td.example --department TD --name Chan --name-zh 陳慧玲',
    'person create b@roads.example --department TD --name Bo',
    'post create seo@td.example --department TD --title SEO --name Officer',
    'post appoint SEO chan@td.example --acting',
    'policy set delegation.days-max 90',
    'policy set delegation.days-max 60 --for TD',
    'policy withdraw delegation.days-max --for TD',
    'redirect set b@roads.example --mailbox chan@td.example',
    'redirect remove b@roads.example --mailbox chan@td.example',
    'node drain node-1',
    'node undrain node-1',
  ]) {
    const { code, errors } = await t.tamar(line)
    assert.deepEqual([code, errors], [exitCodes.done, ''], line)
  }
  const people = await t.tamar('person list')
  const [head, ...rows] = people.output.trim().split('\n')
  assert.equal(head, 'ADDRESS          NAME  姓名    DEPARTMENT  STATE')
  assert.ok(rows.includes('chan@td.example  Chan  陳慧玲  TD          active'))
  assert.ok(rows.includes('b@roads.example  Bo            TD          active'))
  assert.match((await t.tamar('policy show delegation.days-max')).output, /days-max: 90\n/)
  assert.match((await t.tamar('post list')).output, /chan@td\.example \(acting\)/)
  const json = await t.tamar('person list --department TD --json')
  assert.equal(JSON.parse(json.output).length, 2)
})

test('says what is wrong on the other stream and with its own exit code', async () => {
  await using t = await open()
  const unknown = await t.tamar('person create a@td.example --department DH --name A')
  assert.deepEqual(unknown, {
    code: exitCodes.refused,
    output: '',
    errors: 'tamar: There is no department DH. There is none yet.\n',
  })
  assert.equal((await t.tamar('person create a@td.example')).code, exitCodes.usage)
  assert.equal((await t.tamar('nonsense')).code, exitCodes.usage)
  assert.match((await t.tamar('person list')).output, /There is nobody yet/)
})

test('reads a password from standard input and shows one only when it was made', async () => {
  await using t = await open()
  await t.tamar('department create TD --name T --domains td.example')
  await t.tamar('person create chan@td.example --department TD --name Chan')
  const made = await t.tamar('password set chan@td.example')
  assert.match(made.output, /It is: made-by-the-platform/)
  const given = await t.tamar('password set chan@td.example --stdin', 'twelve letters\nmore\n')
  assert.doesNotMatch(given.output, /twelve/)
  assert.deepEqual(t.passwords, [undefined, 'twelve letters'])
})

test('an import with faults changes nothing and names every line', async () => {
  await using t = await open()
  await t.tamar('department create TD --name T --domains td.example')
  const file = join(t.folder, 'people.csv')
  const { writeFile } = await import('node:fs/promises')
  await writeFile(file, 'address,nameEn,nameZh,department\nwrong,,,TD\n')
  const bad = await t.tamar(`import ${file}`)
  assert.equal(bad.code, exitCodes.refused)
  assert.match(bad.errors, /2 lines are not right:\n {2}line 2: .*address/)
  await writeFile(file, 'address,nameEn,nameZh,department\na@td.example,A,,TD\n')
  const trial = await t.tamar(`import ${file} --dry-run`)
  assert.equal(trial.output, '1 person would be imported.\n\nDEPARTMENT  PEOPLE\nTD          1\n')
  assert.equal((await t.tamar('import /nowhere.csv')).code, exitCodes.usage)
  const done = await t.tamar(`import ${file}`)
  const undo = /tamar (batch undo \S+)/.exec(done.output)?.[1] ?? ''
  assert.match((await t.tamar('batch list')).output, /import {2}1 /)
  assert.match((await t.tamar(undo)).output, /a@td\.example {2}removed\n\nThe batch is undone/)
  assert.match((await t.tamar('person list')).output, /There is nobody/)
})

test('a change of many is shown person by person before it is made', async () => {
  await using t = await open()
  await t.tamar('department create TD --name T --domains td.example')
  for (const name of ['a', 'b'])
    await t.tamar(`person create ${name}@td.example --department TD --name ${name}`)
  const file = join(t.folder, 'changes.csv')
  const { writeFile } = await import('node:fs/promises')
  await writeFile(file, 'address,nameEn,state\na@td.example,Ann,\nb@td.example,,suspended\n')
  const trial = await t.tamar(`change ${file} --dry-run`)
  assert.match(
    trial.output,
    /a@td\.example {2}name: a → Ann\nb@td\.example {2}state: active → susp/,
  )
  assert.match((await t.tamar(`change ${file}`)).output, /2 people are changed\. Take it back with/)
  assert.match((await t.tamar('person list')).output, /Ann .*active\nb@.*suspended/)
})

test('a verification that finds a fault fails', async () => {
  await using t = await open()
  const { code, output, errors } = await t.tamar('verify')
  assert.deepEqual([code, output], [exitCodes.refused, 'UID 7 is broken.\n'])
  assert.match(errors, /1 fault\./)
})

test('without a running node every command says so and how to start one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-cli-'))
  try {
    const { code, errors } = await run(folder, ['person', 'list'])
    assert.equal(code, exitCodes.unavailable)
    assert.match(errors, /is not running on .*tamar start/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what runs before a platform is up needs none', async () => {
  const good = await run('/nowhere', ['config', 'check'])
  assert.deepEqual([good.code, good.output], [exitCodes.done, 'as checked\n'])
  assert.equal((await run('/nowhere', ['config', 'check', '--data', 'bad'])).code, exitCodes.config)
  assert.equal((await run('/nowhere', ['start'])).code, exitCodes.unavailable)
  assert.equal((await run('/nowhere', ['--version'])).output, '1.2.3\n')
  const backup = await run('/nowhere', ['key', 'backup', '--shares', '3', '--threshold', '2'])
  assert.match(backup.output, /share 1[^]*2 of 3 restore the key/)
  const restored = await run('/nowhere', ['key', 'restore'], 'a\nb\n\nc\nd\n')
  assert.match(restored.output, /restored from 2/)
})

test('says what a backup holds, what to keep and what to do next', async () => {
  await using t = await open()
  const what = 'platform p as of 1970-01-01T00:00:00Z: 3 rows and 2 objects'
  const { output } = await t.tamar('backup all.tamar')
  assert.match(output, new RegExp(`^all.tamar holds ${what}. It opens with the master key only`))
  assert.equal((await t.tamar('verify-backup x')).output, `x is whole: ${what}.\n`)
  const restored = await t.tamar('--json restore all.tamar --continued')
  assert.deepEqual(JSON.parse(restored.output), { file: 'all.tamar', ...backedUp })
  assert.match((await t.tamar('restore x')).output, /Now start Tamar and run "tamar verify"/)
})
