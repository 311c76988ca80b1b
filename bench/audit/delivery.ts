/**
 * Delivery with the audit trail and the mail log against the same node without either, in turns: A, B,
 * A, B. Both nodes run all the time, so that what the machine does meanwhile meets them alike.
 */
import { fileURLToPath } from 'node:url'
import { measureDelivery } from '../deliver.ts'
import { median, type Figure } from '../figure.ts'
import { startServer, type Server } from '../server.ts'

const people = 220
const hooks = fileURLToPath(new URL('without/hooks.ts', import.meta.url))

/** What is asked: at least this share of the delivery without audit. */
const shareLeast = 0.95

interface Turn {
  readonly rate: number
  /** CPU seconds per 1,000 delivered. */
  readonly cpu: number
}

export async function measureAuditedDelivery(turns: number): Promise<readonly Figure[]> {
  await using audited = await startServer(people)
  await using bare = await startServer(people, ['--import', hooks])
  const withAudit: Turn[] = []
  const without: Turn[] = []
  for (let turn = 0; turn < turns; turn++) {
    withAudit.push(await deliver(audited))
    without.push(await deliver(bare))
  }
  return figuresOf(withAudit, without)
}

async function deliver({ target, packTexts, restart }: Server): Promise<Turn> {
  const users = target.users.slice(0, target.users.length - target.special)
  const figures = await measureDelivery({ target, users, packTexts, restart, isQuick: false })
  const valueOf = (wanted: string) =>
    figures.find(({ measure }) => measure === wanted)?.value ?? Number.NaN
  return { rate: valueOf('delivered'), cpu: valueOf('CPU per 1,000 delivered') }
}

function figuresOf(withAudit: readonly Turn[], without: readonly Turn[]): readonly Figure[] {
  const rate = [withAudit, without].map((turns) => median(turns.map((turn) => turn.rate)))
  const cpu = [withAudit, without].map((turns) => median(turns.map((turn) => turn.cpu)))
  const ratios = withAudit.map(({ cpu: spent }, at) => (without[at]?.cpu ?? Number.NaN) / spent)
  const rates = withAudit.map(({ rate: made }, at) => made / (without[at]?.rate ?? Number.NaN))
  const note = (values: readonly number[]) =>
    `with ${values[0]?.toPrecision(3)}, without ${values[1]?.toPrecision(3)}`
  const spread = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(' ')
  const aim = { least: shareLeast }
  return [
    {
      measure: 'delivery with audit, by CPU',
      value: median(ratios),
      unit: 'of without',
      aim,
      note: `s per 1,000: ${note(cpu)}; turns: ${spread(ratios)}`,
    },
    {
      measure: 'delivery with audit, by rate',
      value: median(rates),
      unit: 'of without',
      aim,
      note: `/s: ${note(rate)}; turns: ${spread(rates)}`,
    },
  ]
}
