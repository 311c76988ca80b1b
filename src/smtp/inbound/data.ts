/** DATA: reads the content and hands the message over. RFC 5321 §4.1.1.4; architecture D5. */
import type { Delivered } from '../../delivery/types.ts'
import { overrunOctetsMax } from '../limits.ts'
import type { MemoryBudget } from '../../net/memory-budget.ts'
import { dataFaults, replies } from '../replies.ts'
import { DataReader } from '../wire/data-reader.ts'
import { type Session, type Transaction, peerOf } from './types.ts'

export async function data(session: Session, argument: string): Promise<void> {
  const { transaction } = session
  if (argument !== '') session.refuse(replies.noArguments)
  else if (transaction === undefined) session.refuse(replies.mailFirst)
  else if (transaction.recipients.length === 0) session.refuse(replies.noRecipients)
  else {
    // Whatever comes of it, the transaction ends here (RFC 5321 §3.3).
    session.transaction = undefined
    session.say(replies.dataGo)
    using room = new Room(session.services.budget)
    const message = await readContent(session, room)
    if (message !== undefined) await handOver(session, transaction, message)
  }
}

/** Undefined when there is no message; the reply, if anybody hears it, is said. */
async function readContent(session: Session, room: Room): Promise<Buffer | undefined> {
  const { deadlines, input, services } = session
  const { messageOctetsMax } = services.limits
  const reader = new DataReader(messageOctetsMax)
  deadlines.startContent()
  for (;;) {
    const chunk = input.takeChunk()
    if (chunk === undefined) {
      if (await session.more()) continue
      return undefined
    }
    deadlines.noteContent(chunk.length)
    if (reader.fault === undefined && !room.take(chunk.length)) reader.drop()
    const end = reader.push(chunk, 0)
    if (reader.fault !== undefined) room.giveAll()
    if (end !== -1) {
      input.giveBack(chunk, end)
      break
    }
    if (reader.octets > messageOctetsMax + overrunOctetsMax) {
      session.sayGoodbye(replies.tooLarge)
      return undefined
    }
  }
  deadlines.startCommand()
  if (reader.fault === undefined) return reader.take()
  session.messages++
  session.refuse(dataFaults[reader.fault])
  return undefined
}

async function handOver(
  session: Session,
  transaction: Transaction,
  message: Buffer,
): Promise<void> {
  const { clock, mode, telemetry } = session.services
  session.messages++
  const startedAt = clock.now()
  const { messageId, accepted } = await deliver(session, transaction, message)
  session.accepted()
  session.say({ code: 250, enhanced: '2.0.0', text: `Accepted as ${messageId}` })
  if (telemetry === undefined) return
  const durationMs = clock.now() - startedAt
  const octets = message.length
  telemetry.metrics.messagesAccepted.inc({ door: mode })
  telemetry.metrics.octetsAccepted.inc({ door: mode }, octets)
  telemetry.metrics.deliverySeconds.observe({ door: mode }, durationMs / 1000)
  const sessionId = session.id
  telemetry.log.info('smtp accepted', {
    sessionId,
    messageId,
    octets,
    recipients: accepted,
    durationMs,
  })
}

function deliver(session: Session, transaction: Transaction, message: Buffer): Promise<Delivered> {
  const { delivery } = session.services
  const { envelope, recipients } = transaction
  const peer = peerOf(session, envelope)
  return session.principal === undefined
    ? delivery.deliver(peer, envelope, recipients, message)
    : delivery.submit(session.principal, peer, envelope, recipients, message)
}

/** What one message holds of the node's memory, given back however it ends. */
class Room implements Disposable {
  readonly #budget: MemoryBudget
  #octets = 0

  constructor(budget: MemoryBudget) {
    this.#budget = budget
  }

  take(octets: number): boolean {
    if (!this.#budget.take(octets)) return false
    this.#octets += octets
    return true
  }

  giveAll(): void {
    this.#budget.give(this.#octets)
    this.#octets = 0
  }

  [Symbol.dispose](): void {
    this.giveAll()
  }
}
