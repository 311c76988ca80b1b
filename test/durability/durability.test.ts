/** Ten kills of the whole proof; `npm run test:durability` runs as many as one likes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform } from '../support/platform.ts'
import { Ledger } from './ledger.ts'
import { prove } from './prove.ts'
import { settle } from './settle.ts'

test('ten kills under load lose, alter and double nothing, and no number goes back', async () => {
  const seed = Date.now() % 1_000_000
  console.log(`durability: seed ${seed}`)
  const { kills, acknowledged, lost, altered, duplicated, wentBack } = await prove({
    kills: 10,
    seed,
  })
  assert.equal(kills.node + kills.database + kills.both, 10)
  assert.ok(acknowledged >= 10, `${acknowledged} acknowledged`)
  const faults = { lost, altered, duplicated, wentBack }
  assert.deepEqual(faults, { lost: [], altered: [], duplicated: [], wentBack: [] }, `seed ${seed}`)
})

test('the proof itself finds what is lost, altered and doubled', async () => {
  await using platform = await bootPlatform()
  const to = platform.person('kk.ng').address
  const outside = sendFromOutside(platform)
  const ids = ['durability-altered', 'durability-doubled', 'durability-doubled']
  for (const [at, subject] of ids.entries())
    await outside.sendMail({ from: 'a@b.example', to, subject, text: `${at}` })
  outside.close()
  const ledger = new Ledger()
  for (const id of new Set([...ids, 'durability-lost']))
    ledger.acknowledge({ id, recipients: [to], octets: 1, sha256: 'another' })
  const { copies, lost, altered, duplicated } = await settle(platform, ledger)
  assert.equal(copies, 3)
  assert.deepEqual(lost, [`durability-lost at ${to}`])
  assert.equal(altered.length, 3)
  assert.equal(duplicated.length, 1)
})
