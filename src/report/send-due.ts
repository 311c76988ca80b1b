/**
 * Tells other domains once a day what they asked to hear. Every node may do it: the counts are taken away in
 * the transaction that puts the report into the queue, so that none is told twice and none is lost.
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
  type ReportKind,
  type Waiting,
} from './rows.ts'
import type { ReportHead, ReportTexts } from './types.ts'

export interface SendParts extends CountParts {
  readonly clock: Clock
  readonly resolver: ReportTexts
  readonly queue: Pick<Queue, 'prepare'>
  /** DKIM fields for mail of a domain of ours; empty where nothing signs for it. */
  readonly sign: (domain: string, message: Buffer) => Promise<string>
  /** Of ours: whom a report is from, and who is asked about it. */
  readonly contact: string
}

/** One kind of report: undefined where nobody wants to hear it. Refusal('try-again') */
export type Compose = (
  resolver: ReportTexts,
  head: ReportHead & { readonly at: number },
  counted: readonly Counted[],
) => Promise<{ readonly to: readonly string[]; readonly message: Buffer } | undefined>

/** @returns how many were sent. */
export async function sendDue(
  parts: SendParts,
  kind: ReportKind,
  compose: Compose,
): Promise<number> {
  const now = parts.clock.now()
  const today = dayOf(now)
  const all = await waitingBefore(parts, kind, today)
  const due = all.filter((one) => dueAt(one) <= now).slice(0, domainsPerRound)
  let sent = 0
  for (const waiting of due) {
    const isOver = waiting.day < today - daysKept
    const input = isOver ? 'nobody' : await inputOf(parts, { kind, compose, waiting })
    if (input !== 'later' && (await take(parts, kind, { waiting, input }))) sent++
  }
  return sent
}

/** The same on every node, and nobody's to foresee: a keyed hash has the random part. */
function dueAt({ day, domainKey }: Waiting): number {
  const share = domainKey.readUInt32BE(4) / 2 ** 32
  return (day + 1) * dayMs + settledAfterMs + share * spreadMs
}

/** `nobody` wants to hear it; `later`: the DNS does not say now. */
type Input = QueueInput | 'nobody' | 'later'

interface Wish {
  readonly kind: ReportKind
  readonly compose: Compose
  readonly waiting: Waiting
}

async function inputOf(parts: SendParts, { kind, compose, waiting }: Wish): Promise<Input> {
  const { clock, contact, resolver, sign } = parts
  const counted = (await readCounts(parts, kind, waiting)).slice(0, linesMax)
  const [first] = counted
  if (first === undefined) return 'nobody'
  const { day, domain } = first
  const organization = contact.slice(contact.lastIndexOf('@') + 1)
  const id = newId(clock)
  const head = { id, day, domain, organization, contact, at: clock.now() }
  try {
    const report = await compose(resolver, head, counted)
    if (report === undefined) return 'nobody'
    const { to, message } = report
    // What nothing signs would not be believed. RFC 8460 §5.3
    const signature = await sign(organization, message)
    if (signature === '') return 'nobody'
    return {
      // Nobody is told that a report did not arrive.
      envelope: { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: id },
      content: Buffer.concat([Buffer.from(signature), message]),
      recipients: to.map((forwardPath) => ({ forwardPath, notify: ['never'] })),
    }
  } catch (error) {
    if (isRefusal(error, 'try-again')) return 'later'
    throw error
  }
}

async function take(
  { database, queue }: SendParts,
  kind: ReportKind,
  { waiting, input }: { readonly waiting: Waiting; readonly input: QueueInput | 'nobody' },
): Promise<boolean> {
  const put = input === 'nobody' ? undefined : await queue.prepare([input])
  return database.transaction(async (tx) => {
    const isOurs = await takeCounts(tx, kind, waiting)
    if (!isOurs || put === undefined) return false
    await put(tx)
    return true
  })
}
