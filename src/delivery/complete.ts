/**
 * Makes a submitted message whole: adds the Date and Message-ID it lacks, and a Sender where somebody
 * writes on another's behalf; takes Bcc out. Nothing else is touched. RFC 6409 §8, RFC 5322 §3.6.
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
  /** Who presses the button, where the message does not say it and the author is another. */
  readonly sender: string | undefined
}

/** RFC 5322 §3.6.3: blind recipients stay blind to everybody else. */
const blind: ReadonlySet<string> = new Set(['bcc', 'resent-bcc'])

/** @returns the very same octets when there is nothing to do. */
export function completeMessage(completion: Completion): Buffer {
  const { facts } = completion
  const { octets, fields } = facts
  const added = missingFields(completion)
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

function missingFields({ facts, clock, domain, sender }: Completion): string {
  const has = (lowerName: string) => facts.fields.some((field) => field.lowerName === lowerName)
  return (
    (sender === undefined ? '' : `Sender: ${sender}\r\n`) +
    (has('date') ? '' : `Date: ${formatDate(clock.now())}\r\n`) +
    (has('message-id') ? '' : `Message-ID: <${newId(clock)}@${domain}>\r\n`)
  )
}

function nextLine(octets: Buffer, end: number): number {
  const lf = octets.indexOf(10, end)
  return lf < 0 ? octets.length : lf + 1
}
