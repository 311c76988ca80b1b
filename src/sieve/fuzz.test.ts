import { test } from 'node:test'
import { seededRandom } from '../../tools/seeded-random.ts'
import { fuzzOne } from './fuzz.ts'

test('any text is a script or is refused with the place and the reason', () => {
  for (let seed = 0; seed < 3_000; seed++) fuzzOne(seededRandom(seed))
})
