/**
 * Makes a submitted message whole: adds the Date and Message-ID it lacks, takes Bcc out. Nothing else
 * is touched. RFC 6409 §8, RFC 5322 §3.6.
 */
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { formatDate } from '../mime/date.ts'
import type { MessageFacts } from './facts.ts'

export interface Completion {
  readonly facts: MessageFacts
  readonly clock: Clock
  /** For a Message-ID: the author's domain, which says nothing about our machines. */
  readonly domain: string
}

/** RFC 5322 §3.6.3: blind recipients stay blind to everybody else. */
const blind: ReadonlySet<string> = new Set(['bcc', 'resent-bcc'])

/** @returns the very same octets when there is nothing to do. */
export function completeMessage({ facts, clock, domain }: Completion): Buffer {
  const { octets, fields } = facts
  const added = missingFields(facts, clock, domain)
  const removed = fields.filter((field) => blind.has(field.lowerName))
  if (added === '' && removed.length === 0) return octets
  const pieces: Buffer[] = [Buffer.from(added)]
  let from = 0
  for (const field of removed) {
    pieces.push(octets.subarray(from, field.start))
    from = Math.min(nextLine(octets, field.end), facts.headerEnd)
  }
  pieces.push(octets.subarray(from))
  return Buffer.concat(pieces)
}

function missingFields({ fields }: MessageFacts, clock: Clock, domain: string): string {
  const has = (lowerName: string) => fields.some((field) => field.lowerName === lowerName)
  return (
    (has('date') ? '' : `Date: ${formatDate(clock.now())}\r\n`) +
    (has('message-id') ? '' : `Message-ID: <${newId(clock)}@${domain}>\r\n`)
  )
}

function nextLine(octets: Buffer, end: number): number {
  const lf = octets.indexOf(10, end)
  return lf < 0 ? octets.length : lf + 1
}
