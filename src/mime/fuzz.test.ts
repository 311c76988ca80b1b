import { test } from 'node:test'
import { seededRandom } from '../../tools/seeded-random.ts'
import { fuzzOne } from './fuzz.ts'

/** A slice of what `tools/fuzz.ts mime` does. */
const cases = 3_000

test('reads mutated messages without throwing and keeps its invariants', (t) => {
  const seed = Date.now() % 0x1_0000_0000
  t.diagnostic(`seed ${seed}`)
  for (let index = 0; index < cases; index++) {
    try {
      fuzzOne(seededRandom(seed + index))
    } catch (cause) {
      throw new Error(`tools/fuzz.ts mime --seed ${seed} --from ${index} --count 1`, { cause })
    }
  }
})
