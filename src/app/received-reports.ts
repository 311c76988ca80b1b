/** Plugs in what other systems report of us: read, kept and summed up. RFC 8460, RFC 7489, RFC 9990. */
import type { ReportPorts } from '../admin/report/port.ts'
import { dayMs, type Clock } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'
import { keptDays } from '../report/received/limits.ts'
import { ReportReader } from '../report/received/read-away.ts'
import { expireReceived } from '../report/received/rows.ts'
import { summariseDmarc, summariseTls } from '../report/received/summarise.ts'
import { ReportIntake } from '../report/received/take-in.ts'
import type { Ground } from './ground.ts'

export interface IntakeOptions {
  readonly ground: Pick<Ground, 'database' | 'keys'>
  readonly clock: Clock
  readonly directory: Pick<Directory, 'policy' | 'isInternalDomain'>
}

export function openReportIntake({ ground, clock, directory }: IntakeOptions): ReportIntake {
  return new ReportIntake({
    database: ground.database,
    keys: ground.keys.platform,
    clock,
    reader: new ReportReader(),
    addressesOf: (kind) => directory.policy(`inbound.${kind}-reports-to`),
    isOurDomain: (domain) => directory.isInternalDomain(domain),
  })
}

export function reportPortsOf({ database, keys }: Ground): ReportPorts {
  const parts = { database, keys: keys.platform }
  return {
    dmarc: (question) => summariseDmarc(parts, question),
    tls: (question) => summariseTls(parts, question),
  }
}

export async function forgetReceived({ database }: Ground, clock: Clock): Promise<void> {
  await expireReceived(database, Math.floor(clock.now() / dayMs) - keptDays)
}
