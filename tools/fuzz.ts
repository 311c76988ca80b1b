/**
 * `npm run test:fuzz -- TARGET [--count N] [--seed N]`: gives random numbers to `fuzzOne` of
 * `src/TARGET/fuzz.ts` until one case throws. A case is repeated with `--seed S --from K`.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from './seeded-random.ts'

interface Target {
  readonly fuzzOne: (random: () => number) => void
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 0x1_0000_0000) },
    from: { type: 'string', default: '0' },
  },
})

const name = positionals[0] ?? ''
const [count, seed, from] = [Number(values.count), Number(values.seed), Number(values.from)]
if (!/^[a-z][a-z/-]*$/.test(name) || ![count, seed, from].every(Number.isSafeInteger)) {
  console.error('usage: fuzz.ts TARGET [--count N] [--seed N] [--from N]')
  process.exitCode = 2
} else {
  // The module is chosen at run time, so its shape is stated here.
  const target = (await import(`../src/${name}/fuzz.ts`)) as Target
  process.exitCode = run(target) ? 0 : 1
}

function run({ fuzzOne }: Target): boolean {
  console.log(`fuzz ${name}: ${count} cases, seed ${seed}`)
  const started = performance.now()
  for (let index = from; index < from + count; index++) {
    try {
      fuzzOne(seededRandom(seed + index))
    } catch (error) {
      console.error(`case ${index} of seed ${seed} (--seed ${seed} --from ${index} --count 1):`)
      console.error(error)
      return false
    }
    if ((index - from + 1) % 10_000 === 0) console.log(`${index - from + 1} cases`)
  }
  console.log(`ok: ${count} cases in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return true
}
