/** What the policy sets aside: its owner sees it and asks for it, an administrator decides and reads nothing. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, openToken } from '../support/admin-api.ts'
import { findSubject, readAs, sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

const stranger = 'zoe@far.example'
/** An archive that nobody can look into. */
const archive = Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), Buffer.alloc(200)])
const arrivesMsMax = 20_000

let platform: Platform
let owner: Person
let administrator: Person
before(async () => {
  // This machine brings mail as a stranger would, not as a relay of ours.
  platform = await bootPlatform({ environment: { TAMAR_TRUST_RELAYS: '192.0.2.1' } })
  owner = platform.person('wl.chan')
  const found = platform.ready.people.find(
    ({ department, address }) => department === owner.department && address !== owner.address,
  )
  assert.ok(found)
  administrator = found
  const { address, department } = administrator
  await tamar(platform, 'role', 'grant', address, 'department-administrator', '--for', department)
})
after(() => platform[Symbol.asyncDispose]())

interface Held {
  readonly id: string
  readonly subject: string
  readonly from: string
  readonly rule: string
}

async function tokenOf({ address, password }: Person): Promise<string> {
  const token = await openToken(platform, address, password)
  assert.ok(token)
  return token
}

async function heldFor(person: Person): Promise<readonly Held[]> {
  const { status, body } = await ask(platform, 'held', { token: await tokenOf(person) })
  assert.equal(status, 200, JSON.stringify(body))
  return body['items'] as readonly Held[]
}

async function post(person: Person, path: string): Promise<number> {
  const asked = { method: 'POST', token: await tokenOf(person), body: {} }
  return (await ask(platform, path, asked)).status
}

/** @returns its number, as whom it is for is shown it. */
async function setAside(to: Person, subject: string): Promise<string> {
  const outside = sendFromOutside(platform)
  const attachments = [{ filename: 'papers.rar', content: archive }]
  await outside.sendMail({
    from: stranger,
    to: to.address,
    subject,
    text: 'See within.',
    attachments,
  })
  outside.close()
  const held = (await heldFor(to)).find((one) => one.subject === subject)
  assert.ok(held, subject)
  assert.deepEqual([held.from, held.rule], [stranger, 'locked-archive'])
  return held.id
}

test('its owner asks for it, an administrator who reads nothing of it lets it go, and it arrives as it came', async () => {
  const subject = 'Sealed papers 密封文件'
  const id = await setAside(owner, subject)
  await using reader = await readAs(platform, owner)
  assert.equal((await findSubject(reader, 'INBOX', subject)).length, 0)
  const others = platform.ready.people.filter(({ address }) => address !== owner.address)
  const elsewhere = others.find(({ department }) => department !== owner.department)
  assert.ok(elsewhere)
  // Nobody else is shown it, or can ask for it; nobody decides what nobody asked for.
  for (const other of [administrator, elsewhere]) {
    assert.deepEqual(await heldFor(other), [])
    assert.equal(await post(other, `held/${id}/request`), 404)
  }
  assert.equal(await post(administrator, `held-requests/${id}/release`), 404)

  assert.equal(await post(owner, `held/${id}/request`), 200)
  assert.equal(await post(owner, `held/${id}/request`), 409)
  assert.equal(await post(owner, `held-requests/${id}/release`), 403)
  assert.equal(await post(elsewhere, `held-requests/${id}/release`), 403)
  const token = await tokenOf(administrator)
  const requests = JSON.stringify((await ask(platform, 'held-requests', { token })).body)
  assert.match(requests, new RegExp(`"id":"${id}"[^}]*"rule":"locked-archive"`))
  for (const word of [stranger, 'Sealed', '密封']) assert.ok(!requests.includes(word), word)

  assert.equal(await post(administrator, `held-requests/${id}/release`), 200)
  const uids = await until('what was let go', arrivesMsMax, async () => {
    const found = await findSubject(reader, 'INBOX', subject)
    return found.length > 0 && found
  })
  assert.equal(uids.length, 1)
  const lock = await reader.getMailboxLock('INBOX')
  const message = await reader.fetchOne(String(uids[0]), { source: true }, { uid: true })
  lock.release()
  assert.ok(message !== false && message?.source !== undefined)
  assert.match(String(message.source), /^Tamar-Marks:.*locked-archive/m)
  assert.ok(String(message.source).includes(archive.toString('base64').slice(0, 60)))
  assert.deepEqual(await heldFor(owner), [])
})

test('what is refused never arrives, nobody decides what he asked for himself, and the trail has each step', async () => {
  const refused = await setAside(owner, 'Not wanted')
  assert.equal(await post(owner, `held/${refused}/request`), 200)
  assert.equal(await post(administrator, `held-requests/${refused}/refusal`), 200)
  assert.equal(await post(administrator, `held-requests/${refused}/release`), 404)
  assert.deepEqual(await heldFor(owner), [])
  const own = await setAside(administrator, 'For the administrator')
  assert.equal(await post(administrator, `held/${own}/request`), 200)
  for (const decision of ['release', 'refusal'])
    assert.equal(await post(administrator, `held-requests/${own}/${decision}`), 403)
  await using reader = await readAs(platform, owner)
  assert.equal((await findSubject(reader, 'INBOX', 'Not wanted')).length, 0)
  const trail = JSON.stringify(await tamar(platform, 'audit', 'list'))
  for (const act of ['held.request', 'held.release']) assert.ok(trail.includes(act), act)
  assert.ok(!trail.includes('Not wanted') && !trail.includes(stranger))
})
