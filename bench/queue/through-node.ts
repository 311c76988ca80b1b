/** A whole node empties its queue into a sink: deliveries a second, and what one costs. */
import { setTimeout as delay } from 'node:timers/promises'
import { NameServer, type Zone } from '../../test/support/name-server.ts'
import type { Figure } from '../figure.ts'
import { startServer } from '../server.ts'
import { costNote, costOf } from '../stage.ts'
import { liveDomain, liveDomains } from './inputs.ts'
import { openSmtpSink, openTlsSink, untilTaken } from './sink.ts'

const kinds = {
  'smtp-sink': { open: openSmtpSink, note: 'in clear' },
  'a sink with STARTTLS': { open: openTlsSink, note: 'TLS 1.3' },
} as const

/** Code that has run once is compiled: the first so many are not counted. */
const warmShare = 0.2

/** What came twice would have come by then. */
const afterwardsMs = 1_000

export async function measureThroughNode(
  count: number,
  nodeOptions: readonly string[] = [],
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, { open, note }] of Object.entries(kinds)) {
    await using sink = await open()
    await using names = await NameServer.start(zones())
    const more = ['--resolver', names.address, '--port', String(sink.port), '--queued', `${count}`]
    await using server = await startServer(1, nodeOptions, more)
    const warm = Math.floor(count * warmShare)
    const counted = { from: 0, to: 0 }
    server.passAnHour()
    await untilTaken(sink, warm)
    const cost = await costOf(server, async () => {
      counted.from = sink.taken()
      await untilTaken(sink, count)
      counted.to = sink.taken()
    })
    await delay(afterwardsMs)
    if (sink.taken() !== count) throw new Error(`the sink has ${sink.taken()}, not ${count}`)
    const sent = counted.to - counted.from
    figures.push(
      {
        measure: `deliveries to ${name}`,
        value: (sent * 1000) / cost.elapsedMs,
        unit: '/s',
        aim: { least: 500 },
        note: `${liveDomains} domains, 4 kB, one recipient each, ${note}`,
      },
      {
        measure: `CPU of a delivery to ${name}`,
        value: cost.cpu.totalMs / sent,
        unit: 'ms',
        aim: { most: 4 },
        note: costNote(cost, sent),
      },
    )
  }
  return figures
}

function zones(): Readonly<Record<string, Zone>> {
  const each = Array.from({ length: liveDomains }, (_, at): readonly [string, Zone][] => [
    [liveDomain(at), { mx: [[10, `mx.${liveDomain(at)}`]] }],
    [`mx.${liveDomain(at)}`, { a: ['127.0.0.1'] }],
  ])
  return Object.fromEntries(each.flat())
}
