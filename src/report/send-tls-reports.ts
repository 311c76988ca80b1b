/**
 * Tells other domains once a day how TLS with their servers went, where they want to hear of it (RFC 8460).
 * Every node may do it: the counts are taken away in the transaction that puts the report into the queue,
 * so that none is told twice and none is lost.
 */
import { dayMs, type Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Queue, QueueInput } from '../queue/types.ts'
import { daysKept, domainsPerRound, linesMax, settledAfterMs, spreadMs } from './limits.ts'
import {
  dayOf,
  readCounts,
  takeCounts,
  waitingBefore,
  type Counted,
  type CountParts,
  type Waiting,
} from './rows.ts'
import { composeTlsReport } from './tls/compose.ts'
import { findTlsDestinations, type ReportTexts } from './tls/find-destinations.ts'
import { tlsSessionSchema } from './tls/types.ts'

export interface SendParts extends CountParts {
  readonly clock: Clock
  readonly resolver: ReportTexts
  readonly queue: Pick<Queue, 'prepare'>
  /** DKIM fields for mail of a domain of ours; empty where nothing signs for it. */
  readonly sign: (domain: string, message: Buffer) => Promise<string>
  /** Of ours: whom a report is from, and who is asked about it. */
  readonly contact: string
}

/** @returns how many were sent. */
export async function sendTlsReports(parts: SendParts): Promise<number> {
  const today = dayOf(parts.clock.now())
  const all = await waitingBefore(parts, 'tls', today)
  const due = all.filter((one) => dueAt(one) <= parts.clock.now()).slice(0, domainsPerRound)
  let sent = 0
  for (const waiting of due) if (await report(parts, waiting, today)) sent++
  return sent
}

/** The same on every node, and nobody's to foresee: a keyed hash has the random part. */
function dueAt({ day, domainKey }: Waiting): number {
  const share = domainKey.readUInt32BE(4) / 2 ** 32
  return (day + 1) * dayMs + settledAfterMs + share * spreadMs
}

async function report(parts: SendParts, waiting: Waiting, today: number): Promise<boolean> {
  const { database, queue } = parts
  const isOver = waiting.day < today - daysKept
  const input = isOver ? 'nobody' : await inputOf(parts, waiting)
  if (input === 'later') return false
  const put = input === 'nobody' ? undefined : await queue.prepare([input])
  return database.transaction(async (tx) => {
    const isOurs = await takeCounts(tx, 'tls', waiting)
    if (!isOurs || put === undefined) return false
    await put(tx)
    return true
  })
}

/** `nobody` wants to hear it; `later`: the DNS does not say now. */
async function inputOf(
  parts: SendParts,
  waiting: Waiting,
): Promise<QueueInput | 'nobody' | 'later'> {
  const counted = await readCounts(parts, 'tls', waiting)
  const [first] = counted
  if (first === undefined) return 'nobody'
  try {
    const to = await findTlsDestinations(parts.resolver, first.domain)
    return to.length === 0 ? 'nobody' : await compose(parts, { to, counted, ...first })
  } catch (error) {
    if (isRefusal(error, 'try-again')) return 'later'
    throw error
  }
}

interface Report extends Pick<Counted, 'day' | 'domain'> {
  readonly to: readonly string[]
  readonly counted: readonly Counted[]
}

/** RFC 8460 §5.3: a report that nothing signs would not be believed, and is not sent. */
async function compose(
  { clock, contact, sign }: SendParts,
  { to, counted, day, domain }: Report,
): Promise<QueueInput | 'nobody'> {
  const id = newId(clock)
  const organization = contact.slice(contact.lastIndexOf('@') + 1)
  const sessions = counted.slice(0, linesMax).map(({ what, count }) => ({
    ...tlsSessionSchema.parse(JSON.parse(what)),
    count,
  }))
  const mail = { id, day, domain, organization, contact, sessions, to, at: clock.now() }
  const message = composeTlsReport(mail)
  const signature = await sign(organization, message)
  if (signature === '') return 'nobody'
  return {
    // Nobody is told that a report did not arrive.
    envelope: { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: id },
    content: Buffer.concat([Buffer.from(signature), message]),
    recipients: to.map((forwardPath) => ({ forwardPath, notify: ['never'] })),
  }
}
