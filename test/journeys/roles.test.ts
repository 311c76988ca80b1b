/**
 * No office opens anybody's mail: whoever holds one has, at the doors for mail, what any officer has. The
 * other cells of the matrix are walked at the gate and at the admin API (`src/access`, `src/admin`).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, openToken } from '../support/admin-api.ts'
import { readAs, sendAs } from '../support/mail-programs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { refused } from '../support/refused.ts'
import { tamar } from '../support/tamar-command.ts'

/** A role and for whose department it is; all departments where none is said. */
const offices = [
  ['department-administrator', 'TD'],
  ['help-desk', 'TD'],
  ['records-manager', 'TD'],
  ['access-to-information-officer', 'TD'],
  ['central-operator', undefined],
  ['central-administrator', undefined],
  ['security-officer', undefined],
  ['auditor', undefined],
] as const

test('whoever holds an office reads at IMAP and sends at SMTP what he did without it', async () => {
  await using platform = await bootPlatform()
  const victim = platform.person('wl.chan')
  for (const [at, [role, department]] of offices.entries()) {
    const holder = platform.ready.people.filter(({ address }) => address !== victim.address)[at]
    assert.ok(holder)
    const before = await mailboxesOf(platform, holder)
    const scope = department === undefined ? [] : ['--for', department]
    await tamar(platform, 'role', 'grant', holder.address, role, ...scope)
    assert.deepEqual(await mailboxesOf(platform, holder), before, role)
    await cannotSendAs(platform, holder, victim)
    await reachesNoMail(platform, holder, victim, role)
  }
})

async function mailboxesOf(platform: Platform, person: Person): Promise<readonly string[]> {
  await using reader = await readAs(platform, person)
  return (await reader.list()).map(({ path }) => path)
}

async function cannotSendAs(platform: Platform, holder: Person, victim: Person): Promise<void> {
  const program = sendAs(platform, holder)
  const mail = { from: victim.address, to: holder.address, subject: 'As another', text: 'x' }
  const { code } = await refused(program.sendMail(mail))
  assert.equal(code, 550)
  program.close()
}

/** His office is a session at the admin door: there, nothing lets him in alone either. */
async function reachesNoMail(
  platform: Platform,
  holder: Person,
  victim: Person,
  role: string,
): Promise<void> {
  const token = await openToken(platform, holder.address, holder.password)
  assert.ok(token, role)
  const tries = [
    ['PUT', `accounts/${victim.address}/delegations/${holder.address}`, { rights: 'lr' }],
    ['POST', 'addresses', { address: `${role}@td.gov.example`, target: holder.address }],
    ['POST', 'posts/seo-a2@td.gov.example/appointments', { person: holder.address }],
    ['POST', `people/${victim.address}/app-passwords`, { label: 'mine' }],
    ['PUT', `people/${victim.address}/password`, { password: 'a password of another' }],
    ['POST', 'examinations', { account: victim.address, examiner: holder.address }],
  ] as const
  for (const [method, path, body] of tries) {
    const { status } = await ask(platform, path, { method, token, body })
    assert.ok(status >= 400 && status < 500, `${role}: ${method} ${path} answered ${status}`)
  }
}
