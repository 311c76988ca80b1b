/**
 * `npm run test:internet`: builds a small Internet in network namespaces, sends through it, and takes
 * it down. `-- --slice` is the part that runs with every test; `-- --messages 20000 --cuts 40 --kills 5`
 * sends a ledger through cuts and kills.
 */
import { whyNoNetwork } from './network.ts'
import { runInternet } from './bench.ts'

const why = whyNoNetwork()
if (why !== undefined) {
  console.log(`skipped: ${why}`)
} else {
  const { code, said } = await runInternet(process.argv.slice(2))
  process.stdout.write(said)
  process.exitCode = code
}
