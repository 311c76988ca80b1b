/** Somebody who means ill is noticed within a minute, by those who keep the log and not by who runs the nodes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { readAs, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { Superuser } from '../rogue/superuser.ts'
import { until } from '../support/until.ts'

const minuteMs = 60_000
const securityOfficer = 'sf.lam@dh.gov.example'

test('a forged row and a burst of wrong passwords reach the security officer within a minute', async () => {
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
      },
    })
    const from = performance.now()
    await failSignIns(platform)
    await forge(platform)
    const rules = ['failed-sign-ins', 'authority']
    await until('both alerts at the webhook', minuteMs, () =>
      rules.every((rule) => posted.some((body) => body.includes(`"rule":"${rule}"`))),
    )
    await using reader = await readAs(platform, platform.person('sf.lam'))
    await until('both alerts in the mailbox', minuteMs, async () => {
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
