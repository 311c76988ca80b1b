/** Debian's Dovecot (Pigeonhole) and we are given the same scripts and the same mail. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { makeSieveMessage } from '../../src/delivery/sieve/sieve-message.ts'
import { isRefusal } from '../../src/base/refusal.ts'
import { capabilities } from '../../src/sieve/capabilities.ts'
import { compileScript } from '../../src/sieve/compile.ts'
import { runScript } from '../../src/sieve/run-script.ts'
import type { SieveAction, SievePlace } from '../../src/sieve/types.ts'
import { needs } from '../support/needs.ts'
import { makeThrowaway } from '../support/throwaway.ts'
import { cases, messages, type Case } from './sieve-cases.ts'

const envelope = { from: 'sender@far.example', to: 'lee@td.gov.example' }

/** Where we answer otherwise, and why. */
const explained: ReadonlyMap<string, string> = new Map([
  [
    'redirect "a@b.example"; redirect "A@b.example"; redirect "c@d.example";',
    'nobody is sent two copies because his name was written in capitals once',
  ],
  ['require "ereject"; ereject "no";', 'Debian’s Dovecot has no ereject'],
])

test('scripts want the same done as with Dovecot, or it is explained', async (t) => {
  if (!needs(t, 'sieve-test')) return
  const folder = makeThrowaway('tamar-test-')
  try {
    const ask = prepareDovecot(folder)
    const differences: object[] = []
    for (const one of cases) {
      const [ours, theirs] = [await askOurs(one), ask(one)]
      const isSame = isDeepStrictEqual(ours, theirs)
      if (isSame === explained.has(one.script)) differences.push({ ...one, ours, theirs })
    }
    assert.deepEqual(differences, [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function askOurs({ script, message = 'plain' }: Case): Promise<readonly string[]> {
  const place: SievePlace = {
    now: Date.now(),
    zoneMinutes: 0,
    hasMailbox: async () => false,
    hasSpecialUse: async () => false,
    include: async () => undefined,
    isDuplicate: async () => false,
  }
  try {
    const compiled = compileScript(script, new Set(capabilities))
    const subject = makeSieveMessage(Buffer.from(messages[message]), envelope)
    const { actions, fault } = await runScript(compiled, subject, place)
    // After a fault Dovecot's tool does not say what is kept.
    return fault === undefined ? actions.map(describe).toSorted() : ['fault']
  } catch (error) {
    assert.ok(isRefusal(error, 'invalid'), String(error))
    return ['refused']
  }
}

function describe(action: SieveAction): string {
  if (action.kind === 'keep') return ['store INBOX', ...flags(action.flags)].join(' ')
  if (action.kind === 'fileinto')
    return [`store ${shown(action.mailbox)}`, ...flags(action.flags)].join(' ')
  if (action.kind === 'redirect') return `redirect ${action.address.toLowerCase()}`
  return action.kind === 'reject' ? `reject ${shown(action.reason)}` : 'vacation'
}

/** As Dovecot's tool shows a line's end. */
const shown = (text: string) => text.replaceAll(/\r?\n/g, '??')

/** Without letters' case, in no order. */
const flags = (all: readonly string[]) => all.map((flag) => flag.toLowerCase()).toSorted()

/** Root may not run Dovecot's tools as root: they become nobody, who must see the files. */
function prepareDovecot(folder: string): (one: Case) => readonly string[] {
  const path = (name: string) => join(folder, name)
  mkdirSync(path('mail'))
  chmodSync(folder, 0o777)
  chmodSync(path('mail'), 0o777)
  const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.()
  const gid = process.getuid?.() === 0 ? 65_534 : process.getgid?.()
  writeFileSync(
    path('dovecot.conf'),
    `base_dir = ${folder}
mail_uid = ${uid}
mail_gid = ${gid}
first_valid_uid = 0
log_path = /dev/stderr
mail_location = maildir:${path('mail')}
plugin {
  sieve_extensions = +editheader +vacation-seconds
}
`,
  )
  for (const [name, text] of Object.entries(messages)) writeFileSync(path(`${name}.eml`), text)
  return ({ script, message = 'plain' }) => {
    writeFileSync(path('one.sieve'), script)
    const { status, stdout, stderr } = spawnSync(
      'sieve-test',
      [
        '-c',
        path('dovecot.conf'),
        '-f',
        envelope.from,
        '-a',
        envelope.to,
        '-r',
        envelope.to,
      ].concat([path('one.sieve'), path(`${message}.eml`)]),
      { encoding: 'utf8', env: { PATH: process.env['PATH'], TZ: 'UTC' } },
    )
    if (stderr.includes('failed to compile')) return ['refused']
    assert.ok(stdout.includes('Performed actions:') || status !== 0, stderr)
    return [...(status === 0 ? [] : ['fault']), ...readActions(stdout)].toSorted()
  }
}

function readActions(stdout: string): readonly string[] {
  const actions: string[] = []
  for (const line of stdout.split('\n')) {
    const [, store, redirect, reject] =
      /^ \* (?:store message in folder: (.*)|redirect message to: <(.*)>|reject message with reason: (.*))$/.exec(
        line,
      ) ?? []
    const added = /^ {8}\+ add IMAP flags: (.*)$/.exec(line)?.[1]
    const last = actions.at(-1)
    if (store !== undefined) actions.push(`store ${store}`)
    else if (redirect !== undefined) actions.push(`redirect ${redirect.toLowerCase()}`)
    else if (reject !== undefined) actions.push(`reject ${reject}`)
    else if (line.startsWith(' * send vacation message')) actions.push('vacation')
    else if (added !== undefined && last !== undefined)
      actions[actions.length - 1] = [last, ...flags(added.split(' '))].join(' ')
  }
  return actions
}
