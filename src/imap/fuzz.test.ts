import { it } from 'node:test'
import { seededRandom } from '../../tools/seeded-random.ts'
import { fuzzOne } from './fuzz.ts'

it('answers ten thousand mutated commands with nothing but BAD (seed 20260105)', () => {
  for (let index = 0; index < 10_000; index += 1) fuzzOne(seededRandom(20_260_105 + index))
})
