/**
 * Who sent this? SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489, RFC 9989), ARC (RFC 8617) and the
 * name of the peer's address (RFC 8601 §3), side by side. What nobody can say in time is a temporary
 * error, never a pass and never a fail.
 */
import { isIP } from 'node:net'
import type { RecordResolver } from '../../dns/record-resolver.ts'
import { splitMessage } from '../dkim/canonicalise.ts'
import { judgeArc } from './arc.ts'
import { judgeDkim } from './dkim.ts'
import { judgeDmarc } from './dmarc.ts'
import { checkReverse } from './iprev.ts'
import { loadLibrary, resolveWith, type Library, type Resolve } from './library.ts'
import { deadlineMs, signaturesMax } from './limits.ts'
import type { Authentication, AuthenticationQuestion, SpfResult } from './types.ts'

export interface AuthenticatorOptions {
  readonly resolver: RecordResolver
  /** Our name in Authentication-Results (RFC 8601 §2.5). */
  readonly authservId: string
  /** Domains whose ARC seals are believed. */
  readonly trustedSealers: readonly string[]
}

export type Authenticate = (question: AuthenticationQuestion) => Promise<Authentication>

export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const resolve = resolveWith(options.resolver)
  return async (question) => {
    const library = await loadLibrary()
    return judge({ ...options, library, resolve }, question)
  }
}

/** What every method is given. */
export interface Judging extends AuthenticatorOptions {
  readonly library: Library
  readonly resolve: Resolve
}

async function judge(judging: Judging, question: AuthenticationQuestion): Promise<Authentication> {
  const asked = { ...question, remoteAddress: plainAddress(question.remoteAddress) }
  using deadline = new Deadline(deadlineMs)
  const [spf, signed, iprev] = await Promise.all([
    deadline.or(judgeSpf(judging, asked), { ...identityOf(asked), result: 'temperror' as const }),
    deadline.or(judgeDkim(judging, withoutExcess(asked)), undefined),
    deadline.or(checkReverse(judging.resolver, asked.remoteAddress), {
      result: 'temperror' as const,
      name: undefined,
    }),
  ])
  const noArc = { result: 'temperror' as const, sealers: [], vouches: false }
  const noDmarc = { result: 'temperror' as const, policy: 'none' as const, domain: '' }
  if (signed === undefined)
    return { spf, dkim: [], dmarc: noDmarc, arc: noArc, iprev, authorDomains: [] }
  const arc = await deadline.or(judgeArc(judging, signed.arc), noArc)
  const dmarc = await deadline.or(judgeDmarc(judging, { signed, spf }), noDmarc)
  const { dkim, authorDomains } = signed
  return { spf, dkim, dmarc, arc, iprev, authorDomains }
}

/** A dual-stack socket shows IPv4 as `::ffff:192.0.2.1` (RFC 7208 §5). */
function plainAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(plain) === 0 ? '0.0.0.0' : plain
}

function identityOf({ reversePath, heloName }: AuthenticationQuestion): {
  readonly domain: string
  readonly identity: 'mailfrom' | 'helo'
} {
  if (reversePath === '') return { domain: heloName.toLowerCase(), identity: 'helo' }
  return {
    domain: reversePath.slice(reversePath.lastIndexOf('@') + 1).toLowerCase(),
    identity: 'mailfrom',
  }
}

/** RFC 7208 §2.4: the null reverse-path is judged by HELO. */
async function judgeSpf(
  { library, resolve, authservId }: Judging,
  question: AuthenticationQuestion,
): Promise<Authentication['spf']> {
  const { remoteAddress: ip, heloName: helo, reversePath: sender } = question
  const { status } = await library.spf({
    resolver: resolve,
    sender,
    ip,
    helo,
    mta: authservId,
    strict: true,
  })
  return { ...identityOf(question), result: spfResults.get(status.result) ?? 'temperror' }
}

const spfResults: ReadonlyMap<string, SpfResult> = new Map(
  (['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'] as const).map(
    (result) => [result, result],
  ),
)

/**
 * Signatures beyond the limit are not looked at: each costs its sender nothing and us a look-up. The
 * first ones were put on last, by who sent the message to us.
 */
function withoutExcess(question: AuthenticationQuestion): AuthenticationQuestion {
  const { fields } = splitMessage(question.message)
  const signatures = fields.filter(({ name }) => name === 'dkim-signature')
  if (signatures.length <= signaturesMax) return question
  const kept = new Set(signatures.slice(0, signaturesMax))
  const lines = fields
    .filter((field) => field.name !== 'dkim-signature' || kept.has(field))
    .map(({ name, value }) => `${name}:${value}\r\n`)
  const { bodyStart } = splitMessage(question.message)
  const header = Buffer.from(`${lines.join('')}\r\n`, 'latin1')
  return { ...question, message: Buffer.concat([header, question.message.subarray(bodyStart)]) }
}

/** One patience for all that is asked about one message. */
class Deadline implements Disposable {
  readonly #timer: NodeJS.Timeout
  readonly #isOver: Promise<symbol>
  static readonly #over = Symbol('over')

  constructor(ms: number) {
    const { promise, resolve } = Promise.withResolvers<symbol>()
    this.#isOver = promise
    this.#timer = setTimeout(() => resolve(Deadline.#over), ms)
  }

  async or<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
    // What comes too late, an error too, is nobody's any more.
    work.catch(() => undefined)
    const first = await Promise.race([work, this.#isOver])
    // Only our own promise resolves with our own symbol.
    return first === Deadline.#over ? otherwise : (first as T)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
