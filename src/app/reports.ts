/** Plugs in what is told to other domains once a day. RFC 8460. */
import type { Clock } from '../base/clock.ts'
import { Counter } from '../report/counter.ts'
import { sendTlsReports } from '../report/send-tls-reports.ts'
import type { NoteTlsSession } from '../report/tls/types.ts'
import type { Ground } from './ground.ts'
import { openResolver } from './outbound.ts'
import type { Platform } from './platform.ts'

export interface TlsCounter extends AsyncDisposable {
  readonly note: NoteTlsSession
}

export function openTlsCounter(
  { database, keys }: Pick<Ground, 'database' | 'keys'>,
  clock: Clock,
  onAlarm: (what: string, facts: object) => void,
): TlsCounter {
  const onFault = (error: unknown) => onAlarm('counts for reports were not written', { error })
  const counter = new Counter('tls', { database, keys: keys.platform, clock, onFault })
  return {
    note: (domain, session) => counter.note(domain, JSON.stringify(session)),
    [Symbol.asyncDispose]: () => counter[Symbol.asyncDispose](),
  }
}

/** From the postmaster that is configured, where he is of a domain of ours. @returns how many were sent. */
export async function tellOfTls(platform: Platform): Promise<number> {
  const { config, ground, clock, queue, dkim, directory } = platform
  const { postmaster: contact, outbound } = config
  if (outbound.kind === 'no' || contact === undefined) return 0
  if (!directory.isInternalDomain(contact.slice(contact.lastIndexOf('@') + 1))) return 0
  const { database, keys } = ground
  return sendTlsReports({
    database,
    keys: keys.platform,
    clock,
    queue,
    contact,
    resolver: openResolver(config),
    sign: (domain, message) => dkim.sign(domain, message),
  })
}
