/**
 * `npm run test:rogue`: what somebody reaches who runs the platform and means ill, as a table. Ends
 * with 1 when he read anything.
 */
import { prove } from './prove.ts'

const seed = Date.now() % 1_000_000
console.log(`seed ${seed}`)
const outcomes = await prove({
  seed,
  onOutcome: ({ title, written, result, isAlarmed }) =>
    console.log(
      `${result.padEnd(9)} ${isAlarmed ? 'alarm' : 'quiet'} ${String(written).padStart(5)} rows  ${title}`,
    ),
})
const broken = outcomes.filter(({ result }) => result === 'broken in')
for (const { title, secrets, powers } of broken)
  console.log(`BROKEN IN: ${[...secrets, ...powers].join(', ')} (${title})`)
console.log(`${outcomes.length} ways in tried, ${broken.length} found`)
process.exitCode = broken.length === 0 ? 0 : 1
