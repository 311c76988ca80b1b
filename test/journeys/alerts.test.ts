/** Somebody who means ill is noticed within a minute, by those who keep the log and not by who runs the nodes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { massReadMessages, refusalsPerPerson } from '../../src/audit/alerts/limits.ts'
import { dayMs } from '../../src/base/clock.ts'
import { ask } from '../support/admin-api.ts'
import { readAs, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { Superuser } from '../rogue/superuser.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

const minuteMs = 60_000
const securityOfficer = 'sf.lam@dh.gov.example'

/** Silence and the break of a chain are made in `src/audit/server/intake.test.ts`. */
const rules = [
  'mass-reading',
  'non-owner-access',
  'off-hours-privilege',
  'failed-sign-ins',
  'refused-acts',
  'external-forwarding',
  'weaker-protection',
  'authority',
]

test('what somebody should look at now reaches the security officer within a minute', async () => {
  const posted: string[] = []
  const hook = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      posted.push(body)
      response.writeHead(204).end()
    })
  })
  hook.listen(0, '127.0.0.1')
  await once(hook, 'listening')
  const { port } = hook.address() as AddressInfo
  try {
    await using platform = await bootPlatform({
      environment: {
        TAMAR_ALERTS_WEBHOOK: `http://127.0.0.1:${port}/alerts`,
        TAMAR_ALERTS_TO: securityOfficer,
        // The test runs at any hour: none is an office hour.
        TAMAR_ALERTS_OFFICE_HOURS: '0-0',
      },
    })
    const from = performance.now()
    await readMany(platform)
    await failSignIns(platform)
    await usePrivileges(platform)
    await forward(platform)
    await tryDoors(platform)
    await forge(platform)
    const missing = () =>
      rules.filter((rule) => !posted.some((body) => body.includes(`"rule":"${rule}"`)))
    await until('every alert at the webhook', minuteMs, () => missing().length === 0).catch(
      (error: unknown) => assert.fail(`${String(error)}: ${missing().join(', ')}`),
    )
    await using reader = await readAs(platform, platform.person('sf.lam'))
    await until('every alert in the mailbox', minuteMs, async () => {
      const lock = await reader.getMailboxLock('INBOX')
      try {
        const uids = await reader.search({ subject: 'Audit alert' }, { uid: true })
        return uids !== false && uids !== undefined && uids.length >= rules.length
      } finally {
        lock.release()
      }
    })
    assert.ok(performance.now() - from < minuteMs)
    const all = posted.join('')
    assert.ok(!all.includes('kk.ng') && !all.includes('gov.example'), 'an alert names nobody')
  } finally {
    hook.closeAllConnections()
    hook.close()
  }
})

/** A member of a shared mailbox reads all of it at once. */
async function readMany(platform: Platform): Promise<void> {
  await using reader = await readAs(platform, platform.person('kh.wong'))
  const shared = 'Shared/Road Works Enquiries'
  await reader.append(shared, 'Subject: One of many\r\n\r\nx\r\n')
  const lock = await reader.getMailboxLock(shared)
  try {
    // Each change of others' mail waits for its entry: what is there is doubled until it is enough.
    for (let there = 1; there < massReadMessages; there *= 2)
      await reader.messageCopy('1:*', shared)
    await reader.fetchAll('1:*', { source: true })
  } finally {
    lock.release()
  }
}

/** What an operator does while a demo is a demo, each of it a privilege. */
async function usePrivileges(platform: Platform): Promise<void> {
  const { address: victim } = platform.person('wl.chan')
  const { address: other } = platform.person('kh.wong')
  const to = new Date(Date.now() + dayMs).toISOString()
  for (const line of [
    ['policy', 'set', 'mail.recoverable-days', '7'],
    ['role', 'grant', securityOfficer, 'security-officer'],
    ['examination', 'open', victim, '--for', other, '--to', to],
  ])
    await tamar(platform, '--reason', 'a journey', ...line)
}

/** Mail leaves the government by a redirect of its owner, whom the security officer lets. */
async function forward(platform: Platform): Promise<void> {
  const owner = { token: await tokenOf(platform, 'wl.chan'), reason: 'on leave' }
  const body = { to: new Date(Date.now() + dayMs).toISOString() }
  const path = 'accounts/me/redirects/far@other.example'
  const asked = await ask(platform, path, { ...owner, method: 'PUT', body })
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const officer = { token: await tokenOf(platform, 'sf.lam'), method: 'POST', body: {} }
  const yes = await ask(platform, `approvals/${String(asked.body['approvalId'])}/approve`, officer)
  assert.equal(yes.body['isDone'], true, JSON.stringify(yes.body))
}

async function tokenOf(platform: Platform, name: string): Promise<string> {
  const { address, password } = platform.person(name)
  const opened = await ask(platform, 'sessions', { method: 'POST', body: { address, password } })
  return String(opened.body['token'])
}

/** Twenty acts that are not his. */
async function tryDoors(platform: Platform): Promise<void> {
  const token = await tokenOf(platform, 'cm.cheung')
  for (let at = 0; at < refusalsPerPerson; at++)
    assert.equal((await ask(platform, 'status', { token })).status, 403)
}

/** More than a person who mistypes. */
async function failSignIns(platform: Platform): Promise<void> {
  const { address } = platform.person('kk.ng')
  for (let tries = 0; tries < 22; tries++)
    await assert.rejects(signIn(platform, address, `wrong password ${tries}`))
}

/** A credential of one person becomes another's: the node that looks does not believe it. */
async function forge(platform: Platform): Promise<void> {
  await using database = await Superuser.connect(platform)
  await database.dropConstraints('credential')
  const moved = await database.execute(
    `UPDATE credential SET version = version + 1000, parent_id =
      (SELECT id FROM person ORDER BY version DESC LIMIT 1)
      WHERE id = (SELECT id FROM credential ORDER BY version LIMIT 1)`,
  )
  assert.equal(moved, 1)
  await database.execute(
    `UPDATE reference_head SET version = version + 1 WHERE feed = 'credential'`,
  )
}
