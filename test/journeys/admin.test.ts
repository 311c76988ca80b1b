/** The admin API over HTTPS and by the command line, as people with passwords and tokens meet it. */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ask } from '../support/admin-api.ts'
import { run } from '../support/child.ts'
import { findSubject, readAs, sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform, type Platform, root } from '../support/platform.ts'
import { bootSecondNode } from '../support/second-node.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

async function signIn(platform: Platform, address: string, password: string): Promise<string> {
  const opened = await ask(platform, 'sessions', { method: 'POST', body: { address, password } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  const { token } = opened.body
  assert.ok(typeof token === 'string')
  return token
}

test('a person signs in over HTTPS, sees himself, and signs out', async () => {
  await using platform = await bootPlatform()
  const [chan] = platform.ready.people
  assert.ok(chan)
  assert.equal((await ask(platform, 'me')).status, 401)
  const wrong = { address: chan.address, password: 'not the right one' }
  assert.equal((await ask(platform, 'sessions', { method: 'POST', body: wrong })).status, 401)
  const token = await signIn(platform, chan.address, chan.password)
  const me = await ask(platform, 'me', { token })
  assert.deepEqual([me.status, me.body['address']], [200, chan.address])
  // Who has no office does nothing of one.
  assert.equal((await ask(platform, 'people', { token })).status, 403)
  const app = await ask(platform, 'people/me/app-passwords', {
    method: 'POST',
    token,
    body: { label: 'Phone' },
  })
  assert.equal(app.status, 201, JSON.stringify(app.body))
  assert.equal((await ask(platform, 'sessions/current', { method: 'DELETE', token })).status, 200)
  assert.equal((await ask(platform, 'me', { token })).status, 401)
})

test('a department administrator does his work over HTTPS, and only there', async () => {
  await using platform = await bootPlatform()
  const people = platform.ready.people
  const [chan] = people
  assert.ok(chan)
  const code = chan.department
  const mine = people.filter(({ department }) => department === code)
  const stranger = people.find(({ department }) => department !== code)
  assert.ok(stranger)
  // While it is a demo, who has the machine gives the first roles.
  await tamar(platform, 'role', 'grant', chan.address, 'department-administrator', '--for', code)
  const token = await signIn(platform, chan.address, chan.password)
  const me = await ask(platform, 'me', { token })
  assert.deepEqual(me.body['roles'], [{ role: 'department-administrator', department: code }])

  const seen = JSON.stringify((await ask(platform, 'people?limit=500', { token })).body)
  for (const { address } of mine) assert.match(seen, new RegExp(address))
  assert.doesNotMatch(seen, new RegExp(stranger.address))
  const foreign = await ask(platform, `people/${stranger.address}`, { token })
  assert.equal(foreign.status, 404)

  const domain = chan.address.slice(chan.address.indexOf('@') + 1)
  const body = { address: `new.person@${domain}`, department: code, name: 'New Person' }
  assert.equal((await ask(platform, 'people', { method: 'POST', token, body })).status, 201)
  const elsewhere = { ...body, department: stranger.department }
  assert.equal(
    (await ask(platform, 'people', { method: 'POST', token, body: elsewhere })).status,
    404,
  )
  // Somebody could read mail through this: not he alone.
  const alias = { address: `another.name@${domain}`, target: chan.address }
  const granted = await ask(platform, 'addresses', { method: 'POST', token, body: alias })
  assert.deepEqual([granted.body['code'], granted.status < 500], ['needs-approval', true])
})

test('suspension ends what a person may at the admin API, on every node, within a minute', async () => {
  await using platform = await bootPlatform()
  await using second = await bootSecondNode(platform)
  const [chan] = platform.ready.people
  assert.ok(chan)
  const token = await signIn(platform, chan.address, chan.password)
  assert.equal((await ask(second, 'me', { token })).status, 200)
  await tamar(platform, 'person', 'suspend', chan.address)
  for (const node of [platform, second])
    await until('the token to open nothing', 60_000, async () => {
      const { status } = await ask(node, 'me', { token })
      return status === 401
    })
})

test('the command line signs in, acts as a person over HTTPS, and signs out', async () => {
  await using platform = await bootPlatform()
  const chan = platform.person('yw.tang')
  const server = `https://localhost:${platform.port('https')}`
  const environment = { XDG_CONFIG_HOME: join(platform.folder, 'config') }
  const command = (input: string, ...args: readonly string[]) =>
    run(join(root, 'tamar'), args, { withinMs: 30_000, environment, input })
  const login = ['login', chan.address, '--server', server, '--ca', platform.ready.ca]
  const signedIn = await command(`${chan.password}\n`, ...login)
  assert.equal(signedIn.code, 0, signedIn.stderr)
  const file = join(environment.XDG_CONFIG_HOME, 'tamar', 'sessions.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const me = await command('', 'whoami')
  assert.match(me.stdout, new RegExp(`You are ${chan.address} of ${chan.department} at ${server}`))
  const made = await command('', 'app-password', 'create', 'me', '--label', 'Phone')
  assert.match(made.stdout, /is: [a-z2-7]{4}-/)
  await moderate(platform, (...args) => command('', ...args))
  const refused = await command('', 'status')
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  assert.match(refused.stderr, /You may not do this\. Ask somebody whose role it is/)
  assert.equal((await command('', 'logout')).code, 0)
  const after = await command('', 'whoami', '--server', server, '--ca', platform.ready.ca)
  assert.match(after.stderr, /This needs a token\. Sign in again/)
})

/** He owns a moderated list: what is sent to it waits for him, and goes to its members by his word. */
async function moderate(
  platform: Platform,
  command: (
    ...args: readonly string[]
  ) => Promise<{ readonly stdout: string; readonly stderr: string }>,
): Promise<void> {
  const to = 'circulars@pio.gov.example'
  const outside = sendFromOutside(platform)
  for (const subject of ['Passage', 'Refusal'])
    await outside.sendMail({ from: 'a@b.example', to, subject, text: subject })
  outside.close()
  const { stdout } = await command('moderation', 'list', '--json')
  const ids = (JSON.parse(stdout) as readonly { readonly id: string }[]).map(({ id }) => id)
  assert.equal(ids.length, 2)
  await using own = await readAs(platform, platform.person('yw.tang'))
  assert.equal((await findSubject(own, 'Moderation', 'Passage')).length, 1)
  const [wanted = '', unwanted = ''] = ids
  assert.match((await command('moderation', 'approve', wanted)).stdout, /It goes to the list/)
  assert.match((await command('moderation', 'refuse', unwanted)).stdout, /It is refused/)
  assert.match((await command('moderation', 'approve', wanted)).stderr, /Nothing of this id waits/)
  await using member = await readAs(platform, platform.person('wl.chan'))
  await until(
    'the circular',
    20_000,
    async () => (await findSubject(member, 'INBOX', 'Passage')).length > 0,
  )
  assert.equal((await findSubject(member, 'INBOX', 'Refusal')).length, 0)
}
