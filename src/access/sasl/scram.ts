/**
 * SASL SCRAM-SHA-256 for app passwords. RFC 5802 §3, §5, RFC 7677. Somebody's identity and nobody's
 * get the same steps and a salt that is always the same. With PLUS the proof is good on this TLS
 * connection only (RFC 9266), so that nobody in the middle can pass it on.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../../base/refusal.ts'
import type { Keys } from '../../keys/types.ts'
import type { ScramKeys } from '../credentials/content.ts'
import type { AppPassword } from '../credentials/memory.ts'
import { saslOctetsMax, scramIterations, scramNonceOctets } from '../limits.ts'
import type { Claim, SignIn } from '../sign-in.ts'
import type { Attempt, SaslExchange, SaslStep } from '../types.ts'
import { hmac, scramSalt, sha256 } from './scram-keys.ts'
import { parseClientFinal, parseClientFirst, type ClientFirst } from './scram-message.ts'

export interface ScramParts {
  readonly signIn: SignIn
  readonly keys: Pick<Keys, 'directory'>
  /** SCRAM-SHA-256-PLUS was chosen. */
  readonly isBound: boolean
  readonly newNonce?: () => string
}

interface Started {
  readonly first: ClientFirst
  readonly claim: Claim
  /** What the final message must repeat: the header, and the connection where it is bound. */
  readonly bound: Buffer
  readonly nonce: string
  readonly serverFirst: string
}

/** Tried when there is nothing to try, so that nobody's identity costs what somebody's does. */
const noKeys: ScramKeys = {
  iterations: scramIterations,
  storedKey: Buffer.alloc(32).toString('base64'),
  serverKey: Buffer.alloc(32).toString('base64'),
}

export function scramExchange(parts: ScramParts, attempt: Attempt): SaslExchange {
  let started: Started | undefined
  return {
    async next(response): Promise<SaslStep> {
      if (response.length > saslOctetsMax) throw new Refusal('invalid', { what: 'SCRAM message' })
      if (started !== undefined) return finish(parts, started, response.toString('utf8'))
      if (response.length === 0) return { kind: 'challenge', octets: response }
      started = await start(parts, attempt, response.toString('utf8'))
      return { kind: 'challenge', octets: Buffer.from(started.serverFirst) }
    },
  }
}

async function start(parts: ScramParts, attempt: Attempt, text: string): Promise<Started> {
  const first = parseClientFirst(text)
  const bound = boundOctets(first, attempt, parts.isBound)
  const given = { identity: first.identity, authorizeAs: first.authorizeAs, isGuessable: false }
  const claim = await parts.signIn.claim(attempt, 'SCRAM-SHA-256', given)
  const { person, key } = claim.identity
  const salt = scramSalt(parts.keys, person?.id ?? `nobody ${key}`)
  const nonce = first.nonce + (parts.newNonce ?? newNonce)()
  const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${scramIterations}`
  return { first, claim, bound, nonce, serverFirst }
}

/** @throws Refusal('invalid') when somebody in the middle took PLUS from our list (RFC 5802 §6). */
function boundOctets(
  { binding, header }: ClientFirst,
  { channelBinding }: Attempt,
  isBound: boolean,
): Buffer {
  if (isBound !== (binding === 'tls-exporter')) throw new Refusal('invalid', { what: 'SCRAM' })
  if (binding === 'thought-absent' && channelBinding !== undefined) {
    throw new Refusal('invalid', { what: 'SCRAM without the channel binding we offer' })
  }
  const data = isBound ? channelBinding?.() : undefined
  return Buffer.concat([Buffer.from(header), data ?? Buffer.alloc(0)])
}

async function finish(parts: ScramParts, started: Started, text: string): Promise<SaslStep> {
  const { first, claim, bound, nonce, serverFirst } = started
  const final = parseClientFinal(text)
  const isOurs = final.nonce === nonce && final.channelBinding === bound.toString('base64')
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`
  const usable = parts.signIn.usableAppPasswords(claim)
  const proved = isOurs ? findProved(usable, final.proof, authMessage) : undefined
  const principal = await parts.signIn.conclude(claim, proved)
  const serverKey = Buffer.from((proved?.content.scram ?? noKeys).serverKey, 'base64')
  const signature = hmac(serverKey, authMessage).toString('base64')
  return { kind: 'done', principal, octets: Buffer.from(`v=${signature}`) }
}

function findProved(
  usable: readonly AppPassword[],
  proof: Buffer,
  authMessage: string,
): AppPassword | undefined {
  isProved(noKeys, proof, authMessage)
  return usable.find(({ content }) => isProved(content.scram, proof, authMessage))
}

/** RFC 5802 §3: the client key that the proof hides must hash to the stored key. */
function isProved(keys: ScramKeys, proof: Buffer, authMessage: string): boolean {
  const storedKey = Buffer.from(keys.storedKey, 'base64')
  const clientKey = hmac(storedKey, authMessage)
  if (proof.length !== clientKey.length) return false
  for (let at = 0; at < clientKey.length; at++)
    clientKey[at] = (clientKey[at] ?? 0) ^ (proof[at] ?? 0)
  return timingSafeEqual(sha256(clientKey), storedKey)
}

function newNonce(): string {
  return randomBytes(scramNonceOctets).toString('base64')
}
