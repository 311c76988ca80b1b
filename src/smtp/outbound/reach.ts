/**
 * Opens a session with the first host of a route that answers as it must. In clear only where nothing
 * asks for more (RFC 7435) and only after the encrypted way failed.
 */
import { isIP } from 'node:net'
import { isRefusal } from '../../base/refusal.ts'
import type { Answer, MailResolver } from '../../dns/types.ts'
import type { QueueReply } from '../../queue/types.ts'
import { isReachable } from './addresses.ts'
import { OutboundConnection, type ConnectOptions } from './connection.ts'
import { addressesMax } from './limits.ts'
import { ourReplies, replyOf } from './replies.ts'
import type { TlsFailure, TlsSession } from '../../report/tls/types.ts'
import { describePolicy, failureInTesting, isOfDomain } from './tls-policy/describe-policy.ts'
import { decideTls, type DomainFacts, type TlsDecision } from './tls-policy/decide-tls.ts'
import { findDane, type DaneFinding } from './tls-policy/find-dane.ts'
import { TlsFault } from './tls-policy/tls-fault.ts'

export interface ReachParts {
  readonly resolver: MailResolver
  readonly hostname: string
  readonly port: number
  /** On one machine only: a host on the loopback network may be sent to. */
  readonly mayUseLoopback: boolean
  /** Hears how each session began, where what the domain itself asks for was tried. */
  readonly note?: NoteSession | undefined
}

export type NoteSession = (session: TlsSession) => void

/** Nobody answered, or nobody in a way that was allowed. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly reply: QueueReply

  constructor(reply: QueueReply, options?: ErrorOptions) {
    super('no mail server answers', options)
    this.reply = reply
  }
}

/** @throws Unreachable */
export async function reach(
  parts: ReachParts,
  hosts: readonly string[],
  facts: DomainFacts,
): Promise<OutboundConnection> {
  const faults: Unreachable[] = []
  let tried = 0
  for (const host of hosts) {
    try {
      const { addresses, decision, dane } = await look(parts, host, facts)
      const policy = describePolicy(facts, dane)
      const note = (address: string | undefined, failure: TlsFailure | undefined) => {
        if (isOfDomain(decision)) parts.note?.({ ...policy, host, address, failure })
      }
      if (!decision.isAllowed) {
        note(undefined, 'validation-failure')
        faults.push(new Unreachable(refusalOf(decision)))
      } else
        for (const address of addresses) {
          if (tried++ === addressesMax) break
          const { demand: tls } = decision
          const names = [facts.domain, host]
          const heard: Heard = (failure, trustFailure) =>
            note(address, failure ?? failureInTesting(facts, dane, { host, trustFailure }))
          const opened = await connect({ ...parts, address, servername: host, tls, names }, heard)
          if (opened instanceof OutboundConnection) return opened
          faults.push(opened)
        }
    } catch (error) {
      // A host whose name cannot be resolved now is as good as down: the next one may answer.
      if (!isRefusal(error, 'try-again')) throw error
      faults.push(new Unreachable(ourReplies.dnssec, { cause: error }))
    }
  }
  // That one answered and was not good enough says more than that another did not.
  throw (
    faults.find(({ reply }) => reply.enhanced.startsWith('4.7.') && reply !== ourReplies.dnssec) ??
    faults.at(-1) ??
    new Unreachable(ourReplies.noAddress)
  )
}

interface Look {
  readonly addresses: readonly string[]
  readonly decision: TlsDecision
  readonly dane: DaneFinding
}

/** @throws Refusal('try-again') when the DNS does not say, or what it says is forged. */
async function look(
  { resolver, port, mayUseLoopback }: ReachParts,
  host: string,
  facts: DomainFacts,
): Promise<Look> {
  const isLiteral = isIP(host) !== 0
  const answer: Answer<string> = isLiteral
    ? { records: [host], isSecure: false, name: host }
    : await resolver.addresses(host)
  const addresses = (answer.records ?? []).filter((one) => isReachable(one, mayUseLoopback))
  // RFC 7672 §2.2.1: what a forged list of servers names says nothing of where the mail should go.
  const mayAsk = facts.isMxSecure && !isLiteral && addresses.length > 0
  const dane: DaneFinding = mayAsk
    ? await findDane({ resolver, host, port, addresses: answer })
    : { kind: 'none' }
  return { addresses, decision: decideTls(facts, host, dane), dane }
}

function refusalOf({ because }: TlsDecision): QueueReply {
  return because === 'message' ? ourReplies.notValidated : ourReplies.notNamed
}

/**
 * TLS began, or why it did not; of a session that never came to it nothing. `trustFailure`: what its certificate lacks,
 * whether that matters or not.
 */
type Heard = (failure: TlsFailure | undefined, trustFailure?: TlsFailure) => void

async function connect(
  options: ConnectOptions,
  heard: Heard,
): Promise<OutboundConnection | Unreachable> {
  try {
    const opened = await OutboundConnection.open(options)
    if (opened.isTls) heard(undefined, opened.trustFailure)
    // RFC 3207: who offers no TLS is spoken to in clear without a failure where nothing asks for more.
    else if (options.tls.kind === 'opportunistic') heard('starttls-not-supported')
    return opened
  } catch (error) {
    if (error instanceof TlsFault) heard(error.failure)
    if (options.tls.kind === 'opportunistic' && error instanceof TlsFault)
      return connect({ ...options, tls: { kind: 'clear' } }, heard)
    return new Unreachable(replyFor(error), { cause: error })
  }
}

function replyFor(error: unknown): QueueReply {
  if (error instanceof TlsFault)
    return error.failure === 'starttls-not-supported'
      ? ourReplies.noStartTls
      : ourReplies.badCertificate
  if (error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number') {
    const response = 'response' in error ? String(error.response) : ''
    // RFC 5321 §4.2.4.2: who refuses the session refuses it now; another host may take the mail.
    const { enhanced, text } = replyOf(error.responseCode, response)
    return { code: 451, enhanced: enhanced.replace(/^5/, '4'), text }
  }
  return ourReplies.noAnswer
}
