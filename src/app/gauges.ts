/** Gauges that somebody must read: the queue, the outbox, the certificate. */
import { minuteMs, secondMs } from '../base/clock.ts'
import type { TlsSource } from '../net/tls.ts'
import type { Platform } from './platform.ts'

/** Nothing is asked for these, and an alarm should not wait for a minute. */
const auditEveryMs = 2 * secondMs

/** Read each minute until disposed, and once now. */
export async function startGauges(
  platform: Pick<Platform, 'queue' | 'telemetry'>,
  tls: TlsSource,
): Promise<Disposable> {
  const { log } = platform.telemetry
  const read = () =>
    readGauges(platform, tls).catch((error: unknown) => log.refused('gauges not read', error))
  await read()
  const timer = setInterval(() => void read(), minuteMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function readGauges(
  { queue, telemetry }: Pick<Platform, 'queue' | 'telemetry'>,
  tls: TlsSource,
): Promise<void> {
  const { metrics } = telemetry
  metrics.tlsNotAfter.set(tls.notAfter / 1000)
  const { waiting, unrouted, held } = await queue.count()
  metrics.queueMessages.set(waiting + unrouted + held)
}

/** What is not sealed yet, and since when nobody answers: each process of a node has its own. */
export function startAuditGauges({
  audit,
  shipping,
  telemetry,
  clock,
}: Pick<Platform, 'audit' | 'shipping' | 'telemetry' | 'clock'>): Disposable {
  const { metrics } = telemetry
  const read = () => {
    metrics.outboxEntries.set(audit.unsealed)
    const { awaySince } = shipping.shipper
    metrics.auditAway.set(awaySince === undefined ? 0 : (clock.now() - awaySince) / secondMs)
  }
  read()
  const timer = setInterval(read, auditEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
