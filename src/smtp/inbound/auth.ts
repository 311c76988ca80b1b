/** AUTH. RFC 4954; the mechanisms are `access`'s. */
import type { SaslExchange, SaslStep } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { saslLineOctetsMax, saslStepsMax } from '../limits.ts'
import { refusals } from '../refusals.ts'
import { replies } from '../replies.ts'
import { decodeBase64 } from '../wire/command.ts'
import type { Reply } from '../wire/reply.ts'
import { attemptOf, maySignIn } from './sign-in.ts'
import type { Session } from './types.ts'

export async function auth(session: Session, argument: string): Promise<void> {
  const fault = findFault(session)
  if (fault !== undefined) {
    session.refuse(fault)
    return
  }
  const [mechanism = '', initial, ...rest] = argument.split(' ')
  if (mechanism === '' || rest.length > 0) {
    session.refuse(replies.badArguments)
    return
  }
  const name = mechanism.toUpperCase()
  const exchange = session.services.access.sasl(attemptOf(session), name)
  if (exchange === undefined) {
    session.refuse(replies.unknownMechanism)
    return
  }
  const first = await firstResponse(session, name, initial)
  if (first !== undefined) await signIn(session, exchange, first)
}

/** RFC 4954 §4: `=` is an initial response of no octets. */
async function firstResponse(
  session: Session,
  mechanism: string,
  initial: string | undefined,
): Promise<Buffer | undefined> {
  if (initial === undefined) {
    // LOGIN alone begins with the server; the others wait for the client behind an empty challenge.
    return mechanism === 'LOGIN' ? nothing : ask(session, nothing)
  }
  const response = initial === '=' ? nothing : decodeBase64(initial)
  if (response === undefined) session.refuse(replies.badBase64)
  return response
}

const nothing: Buffer = Buffer.alloc(0)

function findFault(session: Session): Reply | undefined {
  const { connection, helo, principal, services, transaction } = session
  if (services.mode !== 'submission') return replies.noSignInHere
  if (principal !== undefined) return replies.signedInAlready
  if (helo?.isExtended !== true) return replies.heloFirst
  if (transaction !== undefined) return replies.inTransaction
  if (maySignIn(session)) return undefined
  return connection.canUpgrade ? replies.encryptionNeeded : replies.noSignInHere
}

async function signIn(session: Session, exchange: SaslExchange, first: Buffer): Promise<void> {
  let response = first
  for (let steps = 0; steps < saslStepsMax; steps++) {
    const step = await takeStep(session, exchange, response)
    if (step === undefined) return
    // RFC 4954 §4: additional data with success is a challenge, answered by an empty line.
    if (step.octets !== undefined) {
      const answer = await ask(session, step.octets)
      if (answer === undefined) return
      response = answer
    }
    if (step.kind === 'done') {
      session.signedIn(step.principal)
      session.say(replies.signedIn)
      return
    }
  }
  session.refuse(refusals['bad-credentials'])
}

/** Undefined when the exchange has failed; the reply is said. */
async function takeStep(
  session: Session,
  exchange: SaslExchange,
  response: Buffer,
): Promise<SaslStep | undefined> {
  try {
    return await exchange.next(response)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { limits, telemetry } = session.services
    telemetry?.log.refused('smtp sign-in refused', error, { sessionId: session.id })
    session.failedSignIns++
    if (session.failedSignIns < limits.signInsMax) session.refuse(refusals[signInCode(error.code)])
    else session.sayGoodbye(replies.tooManyErrors)
    return undefined
  }
}

/** Whether an account exists is nobody's business before he has signed in. */
function signInCode(code: keyof typeof refusals): 'bad-credentials' | 'throttled' | 'try-again' {
  return code === 'throttled' || code === 'try-again' ? code : 'bad-credentials'
}

async function ask(session: Session, challenge: Buffer): Promise<Buffer | undefined> {
  session.say({ code: 334, text: challenge.toString('base64') })
  const line = await session.askLine(saslLineOctetsMax)
  if (line === undefined) return undefined
  const response = line === '*' ? undefined : decodeBase64(line)
  if (response === undefined) session.refuse(line === '*' ? replies.cancelled : replies.badBase64)
  return response
}
