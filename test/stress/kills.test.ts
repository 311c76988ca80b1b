/** Two kills of the whole proof; `npm run test:stress` runs as long as one likes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stress } from './prove.ts'

test('what clients were told holds over kills of the node and of PostgreSQL', async (t) => {
  const seed = Number(process.env['TAMAR_SEED'] ?? Date.now() % 1_000_000)
  t.diagnostic(`seed ${seed}`)
  const { acts, breaks, messages } = await stress({ seconds: 12, seed, connections: 12, kills: 2 })
  t.diagnostic(`${acts} acts, ${messages} messages believed at the end`)
  assert.ok(acts > 0 && breaks >= 12, `${acts} acts, ${breaks} breaks`)
})
