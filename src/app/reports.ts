/** Plugs in what is told to other domains once a day. RFC 8460, RFC 9990. */
import type { Clock } from '../base/clock.ts'
import { createResolver } from '../dns/create-resolver.ts'
import type { Observed } from '../mailauth/verify/observe.ts'
import { Counter } from '../report/counter.ts'
import { composeDmarc } from '../report/dmarc/compose.ts'
import { sendDue } from '../report/send-due.ts'
import { composeTls } from '../report/tls/compose.ts'
import type { NoteTlsSession } from '../report/tls/types.ts'
import { daysKept } from '../report/limits.ts'
import { dayOf, forgetCounts } from '../report/rows.ts'
import type { Config } from './config.ts'
import type { Ground } from './ground.ts'
import { openResolver } from './outbound.ts'
import type { Platform } from './platform.ts'

export interface ReportCounters extends AsyncDisposable {
  readonly noteTls: NoteTlsSession
  readonly noteDmarc: (observed: Observed) => void
}

export interface CounterOptions {
  readonly config: Config
  readonly ground: Pick<Ground, 'database' | 'keys'>
  readonly clock: Clock
  readonly onAlarm: (what: string, facts: object) => void
}

/** Undefined: nothing is counted, because nobody would be told. */
export function openReportCounters(options: CounterOptions): ReportCounters | undefined {
  const { config, ground, clock, onAlarm } = options
  if (!isTelling(config)) return undefined
  const { database, keys } = ground
  const onFault = (error: unknown) => onAlarm('counts for reports were not written', { error })
  const parts = { database, keys: keys.platform, clock, onFault }
  const [tls, dmarc] = [new Counter('tls', parts), new Counter('dmarc', parts)]
  return {
    noteTls: (domain, session) => tls.note(domain, JSON.stringify(session)),
    noteDmarc: ({ domain, observation }) => dmarc.note(domain, JSON.stringify(observation)),
    [Symbol.asyncDispose]: async () => {
      await tls[Symbol.asyncDispose]()
      await dmarc[Symbol.asyncDispose]()
    },
  }
}

function isTelling({ outbound, postmaster }: Config): boolean {
  return outbound.kind !== 'no' && postmaster !== undefined
}

/** From the postmaster that is configured, whose domain signs. @returns how many were sent. */
export async function tellOtherDomains(platform: Platform): Promise<number> {
  const { config, ground, clock, queue, dkim } = platform
  const { database, keys } = ground
  await forgetCounts(database, dayOf(clock.now()) - daysKept - 1)
  const { postmaster: contact } = config
  if (!isTelling(config) || contact === undefined) return 0
  const sign = (domain: string, message: Buffer) => dkim.sign(domain, message)
  const parts = { database, keys: keys.platform, clock, queue, contact, sign }
  const tls = await sendDue({ ...parts, resolver: openResolver(config) }, 'tls', composeTls)
  // Who judges senders asks these servers.
  const resolver = createResolver(config.trust.resolvers, { isTrusted: false })
  return tls + (await sendDue({ ...parts, resolver }, 'dmarc', composeDmarc))
}
