/** From an empty platform to the first mail, with a second person wherever one is needed. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ask, openToken } from '../support/admin-api.ts'
import { run } from '../support/child.ts'
import { bootGoverned, centre, founders, type Governed } from '../support/governed.ts'
import { findSubject, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { root } from '../support/platform.ts'

const officer = `e.ng@${centre}`
const post = `ceo-1@${centre}`
const reason = 'Posting order 7'

test('four founders begin it, two people let an officer in, and he reads his mail and his post’s', async () => {
  await using governed = await bootGoverned()
  const { platform, tokens } = governed
  const administrator = tokens['administrator-1']
  const as = (token: string, method: string, path: string, body: object = {}) =>
    ask(platform, path, { method, token, body, reason })

  const names = { name: 'Ng', department: 'CENTRE' }
  const made = await as(administrator, 'POST', 'people', { address: officer, ...names })
  assert.equal(made.status, 201, JSON.stringify(made.body))

  // The administrator never has a password of his: half a code goes by him, half by who agrees.
  const reset = await as(administrator, 'POST', `people/${officer}/password-reset`)
  const { approval, firstHalf } = reset.body
  assert.equal(reset.status, 201, JSON.stringify(reset.body))
  const own = await as(administrator, 'POST', `approvals/${String(approval)}/approve`)
  assert.ok(own.status >= 400, 'nobody agrees to what he asked for')
  const agreed = await approve(governed, String(approval))
  const secondHalf = agreed['second half of the code']
  const password = 'a password he alone knows'
  const enrolment = { address: officer, halves: [firstHalf, secondHalf], password }
  const enrolled = await ask(platform, 'enrolments', { method: 'POST', body: enrolment })
  assert.equal(enrolled.status, 200, JSON.stringify(enrolled.body))

  const his = await openToken(platform, officer, password)
  assert.ok(his)
  const app = await as(his, 'POST', 'people/me/app-passwords', { label: 'Desk' })
  assert.equal(app.status, 201, JSON.stringify(app.body))
  const appPassword = String(app.body['password'])

  const office = { title: 'CEO(1)', name: 'Chief Executive Officer', department: 'CENTRE' }
  assert.equal((await as(administrator, 'POST', 'posts', { address: post, ...office })).status, 201)
  const asked = await as(administrator, 'POST', `posts/${post}/appointments`, { person: officer })
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const outside = sendFromOutside(platform)
  const mail = { from: 'a@elsewhere.example', text: 'hello' }
  await outside.sendMail({ ...mail, to: officer, subject: 'To the person' })
  await outside.sendMail({ ...mail, to: post, subject: 'To the post' })
  outside.close()
  {
    await using reader = await signIn(platform, officer, appPassword)
    assert.equal((await findSubject(reader, 'INBOX', 'To the person')).length, 1)
    const before = (await reader.list()).map(({ path }) => path)
    assert.ok(!before.some((path) => path.startsWith('Posts/')), 'nobody has agreed yet')
  }
  await approve(governed, String(asked.body['approvalId']))
  await using reader = await signIn(platform, officer, appPassword)
  assert.equal((await findSubject(reader, 'Posts/CEO(1)', 'To the post')).length, 1)
})

test('the operator keeps the machine and learns nobody’s name', async () => {
  await using governed = await bootGoverned()
  const { platform } = governed
  const operate = (...args: readonly string[]) =>
    run(join(root, 'tamar'), ['--data', platform.data, ...args], { withinMs: 20_000 })
  for (const allowed of [['status'], ['queue', 'list'], ['queue', 'destinations'], ['verify']]) {
    const { code, stdout, stderr } = await operate(...allowed)
    assert.equal(code, 0, `${allowed.join(' ')}: ${stderr}`)
    for (const address of Object.values(founders)) assert.ok(!stdout.includes(address))
  }
  const refused = [
    ['person', 'list'],
    ['department', 'list'],
    ['post', 'list'],
    ['shared', 'list'],
    ['list', 'list'],
    ['role', 'list'],
    ['trace', '--recipient', founders.auditor],
    ['password', 'set', founders.auditor],
    ['person', 'create', `f.mak@${centre}`, '--name', 'Mak', '--department', 'CENTRE'],
    ['post', 'appoint', post, founders.auditor],
    ['role', 'grant', founders.auditor, 'central-administrator'],
    ['audit', 'list'],
    ['approval', 'list'],
  ]
  for (const act of refused) {
    const { code, stdout, stderr } = await operate(...act)
    assert.notEqual(code, 0, `${act.join(' ')} was done`)
    assert.equal(stdout, '', act.join(' '))
    const said = stderr.replaceAll(act.at(-1) ?? '', '')
    for (const address of Object.values(founders)) assert.ok(!said.includes(address), stderr)
  }
})

/** @returns what the approver is told, once. */
async function approve(
  { platform, tokens }: Governed,
  approval: string,
): Promise<Readonly<Record<string, unknown>>> {
  const token = tokens['security-officer']
  const { status, body } = await ask(platform, `approvals/${approval}/approve`, {
    method: 'POST',
    token,
    body: {},
  })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body['isDone'], true, JSON.stringify(body))
  const { facts } = body
  assert.ok(typeof facts === 'object' && facts !== null)
  return { ...facts }
}
