/**
 * `npm run test:audit-day`: 500 known acts through all doors, and the auditors' log held against the
 * day's own ledger, entry by entry. Ends with 1 at any difference.
 */
import { live } from './live.ts'

const from = performance.now()
const done = await live({ rounds: 5, readers: 8, hasBackup: true })
const seconds = Math.round((performance.now() - from) / 1_000)
console.log(done.said.trim())
for (const line of done.missing) console.log(`MISSING  ${line}`)
for (const line of done.extra) console.log(`EXTRA    ${line}`)
const { acts, entries, voids, missing, extra } = done
console.log(`${acts} acts, ${entries} entries and ${voids} voids in ${seconds} s`)
console.log(`${missing.length} missing, ${extra.length} extra`)
process.exitCode = acts >= 500 && missing.length + extra.length === 0 ? 0 : 1
