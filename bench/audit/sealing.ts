/** Entries a second that become durable, signed and part of the tree, in batches as the process makes them. */
import { formatSecretKey, parseSecretKey } from '../../src/tlog/note-key.ts'
import { chainOfLeaf, chainStartMac, formatLeaf } from '../../src/tlog/leaf.ts'
import { openLog } from '../../src/tlog/log.ts'
import type { LogStore } from '../../src/tlog/types.ts'
import { type Figure, quantile } from '../figure.ts'

export const signer = parseSecretKey(
  formatSecretKey('log', 'audit.example/bench', Buffer.alloc(32, 1)),
)

/** What 5,000 entries a second bring in a window of 100 ms. */
const batch = 500
const nodes = 4

export interface Sealed {
  readonly folder: string
  readonly size: number
  readonly figures: readonly Figure[]
}

export async function measureSealing(folder: string, size: number): Promise<Sealed> {
  await using log = await openLog({ folder, signer, chainOf: chainOfLeaf })
  const make = chains()
  const waits: number[] = []
  const cpu = process.cpuUsage()
  let spent = 0
  let octets = 0
  for (let done = 0; done < size; done += batch) {
    const entries = make(batch)
    for (const entry of entries) octets += entry.length
    const start = performance.now()
    await log.append(entries)
    waits.push(performance.now() - start)
    spent += waits.at(-1) ?? 0
  }
  await log.publish(log.checkpoint)
  return { folder, size, figures: figuresOf({ log, cpu, spent, octets, waits }) }
}

interface Measured {
  readonly log: LogStore
  readonly cpu: NodeJS.CpuUsage
  readonly spent: number
  readonly octets: number
  readonly waits: readonly number[]
}

function figuresOf({ log, cpu, spent, octets, waits }: Measured): readonly Figure[] {
  const { user, system } = process.cpuUsage(cpu)
  const note = `${log.size} entries of ${Math.round(octets / log.size)} octets in batches of ${batch}, fsync on`
  const rate = (log.size / spent) * 1_000
  const entryMicros = (user + system) / log.size
  return [
    { measure: 'entries sealed', value: rate, unit: '/s', aim: { least: 5_000 }, note },
    { measure: 'a batch, p50', value: quantile(waits, 0.5), unit: 'ms' },
    { measure: 'a batch, p99', value: quantile(waits, 0.99), unit: 'ms' },
    { measure: 'CPU an entry', value: entryMicros, unit: 'µs', note: 'with making the entries' },
  ]
}

/** Entries as nodes make them: pseudonyms of 32 hex digits, a chain for each node. */
function chains(): (count: number) => readonly Buffer[] {
  const ends = Array.from({ length: nodes }, () => ({ seq: 0, mac: chainStartMac }))
  let made = 0
  return (count) =>
    Array.from({ length: count }, () => {
      const at = made++ % nodes
      const end = ends[at] ?? { seq: 0, mac: chainStartMac }
      const { mac: previous } = end
      const seq = end.seq + 1
      const mac = made.toString(16).padStart(64, '0')
      ends[at] = { seq, mac }
      const pseudonym = (made * 7).toString(16).padStart(32, '0')
      const entry = {
        kind: 'sign-in',
        door: 'imap',
        outcome: 'success',
        mechanism: 'PLAIN',
        identity: pseudonym,
        principalId: pseudonym,
        remoteAddress: pseudonym,
      }
      const node = `node-${at}`
      return formatLeaf({ v: 1, node, seq, at: made, kind: 'sign-in', entry, previous, mac })
    })
}
