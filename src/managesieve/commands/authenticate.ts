/** AUTHENTICATE: the mechanisms are `access`'s; none before the connection is encrypted. RFC 5804 §2.1. */
import type { SaslExchange, SaslStep } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { Arguments } from '../arguments.ts'
import { saslStepsMax } from '../limits.ts'
import { refusals } from '../refusals.ts'
import type { Session } from '../session.ts'
import type { Answer } from '../wire/format.ts'
import type { Token } from '../wire/reader.ts'

export async function authenticate(session: Session, tokens: readonly Token[]): Promise<void> {
  const args = new Arguments(tokens)
  const mechanism = args.text('mechanism').toUpperCase()
  const initial = args.isEmpty ? undefined : args.text('initial response')
  args.end()
  const fault = faultOf(session)
  if (fault !== undefined) {
    session.say(fault)
    return
  }
  const isOffered = session.mechanisms().includes(mechanism)
  const exchange = isOffered ? session.ports.access.sasl(session.attempt, mechanism) : undefined
  if (exchange === undefined) session.say({ status: 'NO', text: 'This mechanism is not known' })
  else await signIn(session, exchange, initial)
}

function faultOf(session: Session): Answer | undefined {
  if (session.principal !== undefined) return { status: 'NO', text: 'You have signed in' }
  if (session.isPrivate) return undefined
  return { status: 'NO', code: 'ENCRYPT-NEEDED', text: 'Encrypt the connection first: STARTTLS' }
}

async function signIn(
  session: Session,
  exchange: SaslExchange,
  initial: string | undefined,
): Promise<void> {
  // A client that speaks first and said nothing is asked with an empty challenge.
  let response = initial === undefined ? await ask(session, nothing) : decode(session, initial)
  for (let steps = 0; steps < saslStepsMax && response !== undefined; steps++) {
    const step = await takeStep(session, exchange, response)
    if (step === undefined) return
    if (step.kind === 'done') {
      session.signedIn(step.principal)
      const { octets } = step
      const code = octets === undefined ? undefined : `SASL "${octets.toString('base64')}"`
      session.say({ status: 'OK', code, text: 'You are signed in' })
      return
    }
    response = await ask(session, step.octets)
  }
  if (response !== undefined) session.say({ status: 'NO', ...refusals['bad-credentials'] })
}

const nothing: Buffer = Buffer.alloc(0)

/** Undefined: it has failed, and he heard so. */
async function takeStep(
  session: Session,
  exchange: SaslExchange,
  response: Buffer,
): Promise<SaslStep | undefined> {
  try {
    return await exchange.next(response)
  } catch (error) {
    if (!isRefusal(error)) throw error
    session.ports.telemetry?.log.refused('managesieve sign-in refused', error, { door: 'sieve' })
    // Whether there is such an account is nobody's business.
    const code = error.code === 'try-again' ? error.code : 'bad-credentials'
    if (!session.failedSignIn()) session.say({ status: 'NO', ...refusals[code] })
    return undefined
  }
}

async function ask(session: Session, challenge: Buffer): Promise<Buffer | undefined> {
  session.write(`"${challenge.toString('base64')}"\r\n`)
  const event = await session.read()
  if (event === undefined) return undefined
  const [token, ...more] = event.kind === 'line' ? event.tokens : []
  const text = token?.kind === 'string' && more.length === 0 ? token.octets.toString('latin1') : '*'
  if (text !== '*') return decode(session, text)
  session.say({ status: 'NO', text: 'The sign-in was given up' })
  return undefined
}

function decode(session: Session, text: string): Buffer | undefined {
  if (/^(?:[\w+/-]{4})*(?:[\w+/-]{2}==|[\w+/-]{3}=)?$/.test(text))
    return Buffer.from(text, 'base64')
  session.say({ status: 'NO', text: 'This is not base64' })
  return undefined
}
