/** The operator's own PostgreSQL, here Debian's, under one node and two; it restarts under load. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { idleWhile } from '../support/arrivals.ts'
import { DebianPostgres } from '../support/debian-postgres.ts'
import { findSubject, readAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform } from '../support/platform.ts'
import { bootSecondNode } from '../support/second-node.ts'
import { until } from '../support/until.ts'

test('on a database by URL mail comes and goes, on two nodes, and no other database is made', async (t) => {
  if (!needs(t, 'pg_ctlcluster')) return
  await using postgres = await DebianPostgres.start()
  await using first = await bootPlatform({ environment: { TAMAR_DATABASE_URL: postgres.url } })
  assert.ok(!existsSync(join(first.data, 'pg')))
  await using second = await bootSecondNode(first, postgres.url)
  const { address, appPassword } = first.person('wl.chan')
  await using reader = await signIn(second, address, appPassword)
  const outside = sendFromOutside(first)
  const arrivalMs = await idleWhile(reader, 'INBOX', () =>
    outside.sendMail({ from: 'a@b.example', to: address, subject: 'By URL', text: 'x' }),
  )
  outside.close()
  assert.ok(arrivalMs < 1_000, `${arrivalMs} ms`)
  await first.restart()
  await using again = await readAs(first, first.person('wl.chan'))
  assert.equal((await findSubject(again, 'INBOX', 'By URL')).length, 1)
})

for (const how of ['fast', 'immediate'] as const)
  test(`PostgreSQL restarting (${how}) under load is a temporary error, and nothing is lost`, async (t) => {
    if (!needs(t, 'pg_ctlcluster')) return
    await using postgres = await DebianPostgres.start()
    await using platform = await bootPlatform({ environment: { TAMAR_DATABASE_URL: postgres.url } })
    const { address } = platform.person('wl.chan')
    const outside = sendFromOutside(platform)
    const acknowledged: string[] = []
    const refusals: number[] = []
    const ending = new AbortController()
    const sending = (async () => {
      for (let at = 0; !ending.signal.aborted; at++) {
        const subject = `Restart ${at}`
        try {
          await outside.sendMail({ from: 'a@b.example', to: address, subject, text: 'x' })
          acknowledged.push(subject)
        } catch (error) {
          assert.ok(error instanceof Error && 'responseCode' in error, String(error))
          refusals.push(Number(error.responseCode))
        }
      }
    })()
    try {
      await until('ten deliveries', 20_000, () => acknowledged.length >= 10)
      await postgres.stop(how)
      await until('a refusal', 20_000, () => refusals.length > 0)
      await postgres.start()
      const before = acknowledged.length
      await until('deliveries again', 20_000, () => acknowledged.length >= before + 10)
    } finally {
      ending.abort()
      await sending
      outside.close()
    }
    assert.ok(!platform.child.hasEnded)
    assert.ok(
      refusals.every((code) => code >= 400 && code < 500),
      refusals.join(' '),
    )
    await using reader = await readAs(platform, platform.person('wl.chan'))
    const lock = await reader.getMailboxLock('INBOX')
    const subjects = new Set<string>()
    for await (const { envelope } of reader.fetch('1:*', { envelope: true }))
      subjects.add(envelope?.subject ?? '')
    lock.release()
    assert.deepEqual(
      acknowledged.filter((subject) => !subjects.has(subject)),
      [],
    )
  })
