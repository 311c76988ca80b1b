/**
 * `npm run test:stress -- --seconds 600 --connections 50 --kills 6 --seed N`: the whole proof. The seed
 * repeats what each client does; the machine's own timing differs from run to run.
 */
import { parseArgs } from 'node:util'
import { stress } from './prove.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    connections: { type: 'string', default: '50' },
    kills: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [seconds, connections, kills, seed] = [
  Number(values.seconds),
  Number(values.connections),
  Number(values.kills),
  Number(values.seed),
]
if (!(seconds > 0) || !(connections > 0) || !(kills >= 0) || !Number.isInteger(seed)) {
  console.error('Say --seconds, --connections, --kills and --seed with numbers.')
  process.exit(64)
}
console.log(`seed ${seed}, ${connections} connections, ${seconds} seconds, ${kills} kills`)
// Whatever is contradicted ends the run with its sentence.
const {
  acts,
  breaks,
  kills: killed,
  messages,
} = await stress({
  seconds,
  connections,
  kills,
  seed,
  onKill: console.log,
})
for (const [what, count] of Object.entries({
  acts,
  'connections that broke': breaks,
  'kills of the node': killed.node,
  'kills of PostgreSQL': killed.database,
  'kills of both at once': killed.both,
  'messages believed at the end': messages,
  contradictions: 0,
}))
  console.log(`${what.padEnd(32)}${String(count).padStart(9)}`)
