import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dayMs, hourMs, ManualClock } from '../base/clock.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource } from '../net/tls.ts'
import { Upkeep, type Duty } from './upkeep.ts'

test('a duty that fails is logged, tried again in the next round and keeps none of the others', async () => {
  const clock = new ManualClock()
  const done: string[] = []
  const failures: unknown[] = []
  let isBroken = true
  const duties: readonly Duty[] = [
    {
      what: 'broken',
      everyMs: dayMs,
      run: async () => {
        if (isBroken) throw new Error('the database is away')
        done.push('broken')
      },
    },
    { what: 'daily', everyMs: dayMs, run: async () => done.push('daily') },
    { what: 'hourly', everyMs: 0, run: async () => done.push('hourly') },
  ]
  const log = { error: (_: string, error: unknown) => void failures.push(error) }
  const upkeep = new Upkeep(duties, { clock, log: log })
  await Promise.all([upkeep.round(), upkeep.round()])
  assert.deepEqual(done.splice(0), ['daily', 'hourly'])
  assert.equal(failures.length, 1)
  isBroken = false
  clock.advance(hourMs)
  await upkeep.round()
  assert.deepEqual(done.splice(0), ['broken', 'hourly'])
  clock.advance(dayMs)
  await upkeep.round()
  assert.deepEqual(done.splice(0), ['broken', 'daily', 'hourly'])
})

test('a node that runs for two years never shows an expired certificate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-upkeep-'))
  try {
    const clock = new ManualClock()
    const files = await ensureCertificates({ folder, clock })
    using tls = createTlsSource({ ...files, clock })
    const renewed = new Set([tls.notAfter])
    const run = async () => {
      await ensureCertificates({ folder, clock })
      tls.reload()
    }
    const upkeep = new Upkeep([{ what: 'certificates', everyMs: dayMs, run }], {
      clock,
      log: { error: (_: string, error: unknown) => assert.fail(String(error)) },
    })
    for (let day = 0; day < 730; day++) {
      clock.advance(dayMs)
      await upkeep.round()
      assert.ok(tls.notAfter > clock.now(), `expired on day ${day}`)
      renewed.add(tls.notAfter)
    }
    assert.ok(renewed.size >= 2, 'it was renewed at least once')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
