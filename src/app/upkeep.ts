/**
 * What a node does by the clock: forgets yesterday's deliveries, destroys what can no longer be
 * recovered, lets the mail log expire, collects objects of nobody. Every node may do it; what one has done the next does not find.
 */
import { mailLogKeptMs } from '../audit/limits.ts'
import { expireMailLog } from '../audit/mail-log.ts'
import { hourMs } from '../base/clock.ts'
import { ObjectCollector } from '../store/collect-objects.ts'
import type { Platform } from './platform.ts'

/** One round. @returns how many messages were destroyed. */
export async function keepUp(
  { store, ground, clock }: Platform,
  collector: ObjectCollector,
): Promise<number> {
  await store.forgetDeliveries()
  await expireMailLog(ground.database, clock.now() - mailLogKeptMs)
  await collector.run()
  let destroyed = 0
  for (const account of await store.accountsWithExpired())
    destroyed += await store.destroyExpired(account)
  return destroyed
}

/** Hourly, until disposed. */
export function startUpkeep(platform: Platform): Disposable {
  const { log } = platform.telemetry
  const collector = new ObjectCollector(platform.store.context)
  const round = () =>
    void keepUp(platform, collector).catch((error: unknown) => log.error('upkeep failed', error))
  const timer = setInterval(round, hourMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
