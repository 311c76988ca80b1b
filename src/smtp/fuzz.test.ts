import { test } from 'node:test'
import { seededRandom } from '../../tools/seeded-random.ts'
import { fuzzOne } from './fuzz.ts'

test('the parsers of the wire agree with a plain reading of the standard', () => {
  for (let seed = 0; seed < 3_000; seed++) fuzzOne(seededRandom(seed))
})
