/** What the measures put into a queue. */
import type { QueueInput } from '../../src/queue/types.ts'

export const liveDomains = 50
const contentOctets = 4_000

const content = Buffer.from(
  `Subject: bench\r\n\r\n${'a line of text\r\n'.repeat(contentOctets / 16)}`,
)

export const liveDomain = (at: number) => `live${at % liveDomains}.example`
export const deadDomain = 'dead.example'

export function inputTo(forwardPath: string): QueueInput {
  const envelope = { reversePath: 's@td.example', isSmtpUtf8: false, requiresTls: false }
  return { envelope: { ...envelope, messageId: 'bench' }, content, recipients: [{ forwardPath }] }
}

export function liveInputs(count: number): readonly QueueInput[] {
  return Array.from({ length: count }, (_, at) => inputTo(`r@${liveDomain(at)}`))
}
