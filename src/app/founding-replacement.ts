/**
 * The founding is opened again for one seat, because its founder is gone: the three others sign, each
 * with his own key, who sits there from now on, and so does he. Nobody else can. Architecture D10.
 */
import { createHash } from 'node:crypto'
import type { Millis } from '../base/clock.ts'
import type { Enrolment, FoundingFault } from '../http/founding/port.ts'
import { makeFounderKey, signAsFounder } from './founder-key.ts'
import {
  findFault,
  type Founder,
  type FoundingRecord,
  type FoundingStore,
} from './founding-record.ts'
import { formatReplacementStatement } from './founding-statement.ts'

/** Of four: all whose seat it is not. */
export const replacementSigners = 3

export interface Replacement {
  /** Who sits in `newcomer.seat` from now on. */
  readonly newcomer: Enrolment
  readonly signers: readonly { readonly signInName: string; readonly passphrase: string }[]
}

export async function replaceFounder(
  store: FoundingStore,
  record: FoundingRecord,
  { newcomer: enrolment, signers }: Replacement,
  at: Millis,
): Promise<FoundingFault | undefined> {
  const { passphrase, ...person } = enrolment
  const others = record.founders.filter(({ seat }) => seat !== enrolment.seat)
  const key = await makeFounderKey(enrolment.seat, passphrase)
  const unsigned = { ...person, ...key, enrolledAt: at, signedAt: at }
  const fingerprint = createHash('sha256').update(key.publicKey).digest('hex')
  const statement = formatReplacementStatement(record, { ...unsigned, fingerprint })
  const signature = await signAsFounder(key, enrolment.seat, passphrase, statement)
  if (signature === undefined) throw new Error('a key that does not open with its own passphrase')
  const newcomer: Founder = { ...unsigned, signature }
  const signed = new Map<string, Founder>()
  for (const signer of signers) {
    const signInName = signer.signInName.trim().toLowerCase()
    const founder = others.find((one) => one.signInName === signInName)
    const made =
      founder && (await signAsFounder(founder, founder.seat, signer.passphrase, statement))
    if (founder === undefined || made === undefined) return 'unknown-or-wrong'
    signed.set(founder.seat, { ...founder, signature: made })
  }
  if (signed.size < replacementSigners) return 'unknown-or-wrong'
  // Last: what is taken is said to the founders only.
  const fault = findFault({ ...record, founders: others }, enrolment)
  if (fault !== undefined) return fault
  await store.replaceFounder(newcomer, { statement, signatures: [...signed.values(), newcomer] })
  return undefined
}
