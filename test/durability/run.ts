/**
 * `npm run test:durability -- --kills 100 --seed N`: the whole proof, with a table at its end. The
 * seed repeats the load and the choice of what is killed after how much; the machine's own timing
 * differs from run to run.
 */
import { parseArgs } from 'node:util'
import { prove, type Proof } from './prove.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    connections: { type: 'string', default: '4' },
  },
})
const [kills, seed, connections] = [values.kills, values.seed, values.connections].map(Number)
if (kills === undefined || seed === undefined || !(kills > 0) || !Number.isInteger(seed)) {
  console.error('Say --kills with a number above 0 and --seed with a whole number.')
  process.exit(64)
}
console.log(`seed ${seed}, ${kills} kills`)
const from = performance.now()
const proof = await prove({ kills, seed, connections: connections ?? 4, onKill: console.log })
console.log(formatProof(proof, (performance.now() - from) / 1_000))
const faults = [...proof.lost, ...proof.altered, ...proof.duplicated, ...proof.wentBack]
for (const fault of faults.slice(0, 50)) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1

function formatProof(proof: Proof, seconds: number): string {
  const rows: readonly (readonly [string, number | string])[] = [
    ['kills of the node', proof.kills.node],
    ['kills of PostgreSQL', proof.kills.database],
    ['kills of both at once', proof.kills.both],
    ['messages acknowledged', proof.acknowledged],
    ['copies read', proof.copies],
    ['sendings cut off or refused for now', proof.failures],
    ['lost', proof.lost.length],
    ['altered', proof.altered.length],
    ['duplicated', proof.duplicated.length],
    ['numbers that went back', proof.wentBack.length],
    ['seconds', seconds.toFixed(0)],
  ]
  return rows.map(([name, value]) => `${name.padEnd(38)}${String(value).padStart(8)}`).join('\n')
}
