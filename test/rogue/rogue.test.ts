/** A sixth of the ways in at each run, by the seed; `npm run test:rogue` tries them all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgeries } from './forgeries.ts'
import { prove } from './prove.ts'

test('who may write anything into the database reads nobody else’s mail, and it shows', async () => {
  const seed = Date.now() % 1_000_000
  console.log(`rogue: seed ${seed}`)
  const chosen = forgeries.filter((_forgery, at) => at % 6 === seed % 6)
  const outcomes = await prove({ seed, chosen })
  assert.equal(outcomes.length, chosen.length)
  for (const { title, written, result, secrets, powers, isAlarmed } of outcomes) {
    assert.ok(written > 0, `${title}: nothing was written, so nothing was tried`)
    assert.notEqual(result, 'broken in', `${title}: ${[...secrets, ...powers].join(', ')}`)
    assert.ok(isAlarmed, `${title}: nobody was told`)
  }
})
