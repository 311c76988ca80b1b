/** AUTHENTICATE with SASL-IR. RFC 9051 §6.2.2, RFC 4959, RFC 4422. */
import type { SaslExchange, SaslStep } from '../../access/types.ts'
import { command, no, strangerState, type Done } from '../command.ts'
import type { Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { counted, signedIn } from './login.ts'

interface Request {
  readonly mechanism: string
  /** Undefined: the client waits for the first challenge. */
  readonly initial: Buffer | undefined
}

/** SCRAM needs two rounds, LOGIN two; nothing needs more than this. */
const roundsMax = 10
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export const authenticate = command({
  states: strangerState,
  parse(cursor: Cursor): Request {
    cursor.space()
    const mechanism = cursor.word()
    if (!cursor.trySkip(' ')) return { mechanism, initial: undefined }
    // "=" is an initial response of no octets (RFC 4959 §3).
    if (cursor.trySkip('=')) return { mechanism, initial: Buffer.alloc(0) }
    return { mechanism, initial: decodeBase64(cursor.take(/[A-Za-z0-9+/=]/, 'response')) }
  },
  async run(session, { mechanism, initial }): Promise<Done> {
    if (session.channel.canStartTls) {
      return no('A password must not travel in clear, start TLS first', 'PRIVACYREQUIRED')
    }
    const exchange = session.ports.access.sasl(session.attempt, mechanism)
    if (exchange === undefined) return no('This mechanism is not offered', 'CANNOT')
    return counted(session, () => converse(session, exchange, initial))
  },
})

async function converse(
  session: Session,
  exchange: SaslExchange,
  initial: Buffer | undefined,
): Promise<Done> {
  let response = initial ?? (await ask(session, Buffer.alloc(0)))
  for (let round = 0; round < roundsMax; round += 1) {
    const step: SaslStep = await exchange.next(response)
    if (step.kind === 'done') {
      // IMAP has no room for data with success: they travel as a last challenge (RFC 4422 §5).
      if (step.octets !== undefined && step.octets.length > 0) await ask(session, step.octets)
      session.signIn(step.principal)
      return signedIn(session)
    }
    response = await ask(session, step.octets)
  }
  throw new BadSyntax('The exchange does not end')
}

async function ask(session: Session, challenge: Buffer): Promise<Buffer> {
  session.writer.text(`+ ${challenge.toString('base64')}\r\n`)
  session.writer.flush()
  const line = await session.channel.readLine()
  if (line === '*') throw new BadSyntax('Cancelled')
  return decodeBase64(line)
}

function decodeBase64(text: string): Buffer {
  if (!base64.test(text)) throw new BadSyntax('Not base64')
  return Buffer.from(text, 'base64')
}
