/** Mail that arrives while a program waits for it with IDLE (RFC 2177). */
import type { ImapFlow } from 'imapflow'
import { until, within } from './until.ts'

const arrivalTimeoutMs = 10_000

/**
 * Does `send` while the reader idles on the mailbox.
 * @returns milliseconds from the end of `send`, which is the sender's 250, to the reader's EXISTS.
 */
export async function idleWhile(
  reader: ImapFlow,
  mailbox: string,
  send: () => Promise<unknown>,
): Promise<number> {
  const lock = await reader.getMailboxLock(mailbox)
  try {
    const { promise: arrived, resolve } = Promise.withResolvers<number>()
    reader.once('exists', () => resolve(performance.now()))
    const idling = reader.idle()
    await until('IDLE', arrivalTimeoutMs, () => reader.idling)
    await send()
    const acknowledgedAt = performance.now()
    const arrivedAt = await within(`a message in ${mailbox}`, arrivalTimeoutMs, arrived)
    // Any command ends IDLE.
    await Promise.all([reader.noop(), idling])
    return arrivedAt - acknowledgedAt
  } finally {
    lock.release()
  }
}
