/**
 * `npm run bench:audit`: what the audit log can take, how fast it proves, and how fast an auditor proves
 * all of it. `-- --quick` with a tenth of the entries; `-- --only log` or `-- --only delivery` for a part of
 * it; `-- --json` for programs. Needs a gigabyte in
 * the temporary folder and about six minutes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAuditedDelivery } from './audit/delivery.ts'
import { measureProofs } from './audit/proofs.ts'
import { measureSealing } from './audit/sealing.ts'
import { measureVerify } from './audit/verify.ts'
import { formatFigures, type Figure } from './figure.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const share = values.quick ? 0.1 : 1
const folder = await mkdtemp(join(tmpdir(), 'tamar-bench-audit-'))
const say = (what: string) => (values.json ? undefined : console.error(`… ${what}`))
try {
  const figures: Figure[] = []
  /** Said as they come: who stops it has those. */
  const take = (measured: readonly Figure[]) => {
    figures.push(...measured)
    if (!values.json) console.log(formatFigures(measured))
  }
  if (values.only !== 'delivery') {
    say('sealing')
    const sealed = await measureSealing(join(folder, 'log'), 1_000_000 * share)
    take(sealed.figures)
    say('verifying')
    take(await measureVerify(sealed, join(folder, 'export')))
    say('proofs')
    take(await measureProofs(join(folder, 'synthetic'), 10_000_000 * share))
  }
  if (values.only !== 'log') {
    say('delivery with it and without')
    take(await measureAuditedDelivery(values.quick ? 1 : 5))
  }
  if (values.json) console.log(JSON.stringify(figures))
} finally {
  await rm(folder, { recursive: true, force: true })
}
