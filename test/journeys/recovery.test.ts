/** A running platform is backed up, and lives on at another place with its key from shares. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePortOffset } from '../support/free-ports.ts'
import { findSubject, readAs, sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform, Platform, root } from '../support/platform.ts'

const commandTimeoutMs = 60_000

test('a running platform is backed up, restored elsewhere and opens there', async () => {
  await using first = await bootPlatform()
  const outside = sendFromOutside(first)
  const { address } = first.person('wl.chan')
  await outside.sendMail({ from: 'a@b.example', to: address, subject: 'Before', text: 'x' })
  const file = join(first.folder, 'all.tamar')
  assert.match(command(first, ['backup', file]).stdout, /rows and [4-9] objects\. It opens with/)
  await outside.sendMail({ from: 'a@b.example', to: address, subject: 'After', text: 'x' })
  outside.close()
  // The same by the API, and a drill that measures itself.
  assert.match(command(first, ['backups', 'make']).stdout, /T[\d.]+Z\.tamar holds the platform/)
  const drill = command(first, ['drill', 'run'])
  assert.match(
    drill.stdout,
    /Restored in .*\nVerified in .* accounts opened, 0 faults\./,
    drill.stderr,
  )
  assert.match(command(first, ['status']).stdout, /drill +ok/)
  await using second = new Platform({}, await freePortOffset())
  const refused = command(second, ['restore', file])
  assert.match(refused.stderr, /^tamar: There is no master key at .*"tamar key restore"\.\n$/)

  const shares = command(first, ['key', 'backup', '--shares', '3', '--threshold', '2']).stdout
  const two = shares.split('\n\n').slice(1, 3).join('\n\n')
  assert.match(command(second, ['key', 'restore'], two).stdout, /master\.key again/)
  assert.equal(command(second, ['verify-backup', file]).status, 0)
  const { status, stderr } = command(second, ['restore', file])
  assert.equal(status, 0, stderr)
  // What the demo's people sign in with is beside the key, not in the platform.
  const people = 'demo-people.json'
  copyFileSync(join(`${first.data}.key`, people), join(`${second.data}.key`, people))
  await second.start()
  await using reader = await readAs(second, second.person('wl.chan'))
  assert.equal((await findSubject(reader, 'INBOX', 'Before')).length, 1)
  assert.equal((await findSubject(reader, 'INBOX', 'After')).length, 0)
  assert.match(command(second, ['verify']).stdout, /\d+ messages .* opened, 0 faults/)
  const onto = command(second, ['restore', file])
  assert.match(onto.stderr, /already running/)
})

function command(platform: Platform, args: readonly string[], input = '') {
  const { PATH, HOME } = process.env
  return spawnSync(join(root, 'tamar'), ['--data', platform.data, ...args], {
    input,
    encoding: 'utf8',
    env: { PATH, HOME },
    timeout: commandTimeoutMs,
  })
}
