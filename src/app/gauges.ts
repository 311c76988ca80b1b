/** Gauges that somebody must read: the queue, the outbox, the certificate. */
import { minuteMs } from '../base/clock.ts'
import type { TlsSource } from '../net/tls.ts'
import type { Platform } from './platform.ts'

/** Read each minute until disposed, and once now. */
export async function startGauges(
  platform: Pick<Platform, 'queue' | 'ground' | 'telemetry'>,
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
  { queue, ground, telemetry }: Pick<Platform, 'queue' | 'ground' | 'telemetry'>,
  tls: TlsSource,
): Promise<void> {
  const { metrics } = telemetry
  metrics.tlsNotAfter.set(tls.notAfter / 1000)
  const { waiting, held } = await queue.count()
  metrics.queueMessages.set(waiting + held)
  const outbox = await ground.database.row<{ count: number }>({
    name: 'app.outbox',
    text: 'SELECT count(*) AS count FROM audit_outbox',
  })
  metrics.outboxEntries.set(outbox?.count ?? 0)
}
