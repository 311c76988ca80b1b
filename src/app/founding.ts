/**
 * The founding ceremony: four different people take four seats that never meet in one person, each
 * makes a key under his own passphrase, and their joint signature ends it. Architecture D10.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock, Millis } from '../base/clock.ts'
import {
  type Enrolment,
  type Founding,
  type FoundingFault,
  type FoundingView,
  seats,
} from '../http/founding/port.ts'
import { isFounderSignature, makeFounderKey, signAsFounder } from './founder-key.ts'
import {
  findFault,
  type Founder,
  type FoundingRecord,
  type FoundingStore,
  type SeatClaim,
} from './founding-record.ts'
import { replaceFounder, type Replacement } from './founding-replacement.ts'
import { formatSeatStatement, formatStatement } from './founding-statement.ts'

export interface OwnedFounding extends Founding {
  /** A new link's token; undefined once the founding is over. */
  openToken(): Promise<string | undefined>
  isEnded(): Promise<boolean>
  /**
   * After the founding: a founder says which person of the directory he is, signed with his own key.
   * That person has the roles of his seat from then on. Refusal where he cannot have them.
   */
  takeSeat(claim: SeatClaim): Promise<FoundingFault | undefined>
  /** After the founding: the three others say who sits where a founder is gone. */
  replaceFounder(replacement: Replacement): Promise<FoundingFault | undefined>
  enterDemo(): Promise<void>
}

const tokenOctets = 32

export function createFounding(
  store: FoundingStore,
  { clock }: { readonly clock: Clock },
): OwnedFounding {
  const open = async (token: string): Promise<FoundingRecord | undefined> => {
    const record = await store.find()
    return record !== undefined && timingSafeEqual(hashOf(token), record.tokenHash)
      ? record
      : undefined
  }
  return {
    openToken: async () => {
      if ((await store.find())?.endedAt !== undefined) return undefined
      const token = randomBytes(tokenOctets).toString('base64url')
      await store.begin(hashOf(token), clock.now())
      return token
    },
    isEnded: async () => (await store.find())?.endedAt !== undefined,
    takeSeat: async (claim) => {
      const record = await store.find()
      if (record === undefined || stageOf(record) !== 'ended') return 'not-yet'
      return takeSeat(store, record, claim, clock.now())
    },
    replaceFounder: async (replacement) => {
      const record = await store.find()
      if (record === undefined || stageOf(record) !== 'ended') return 'not-yet'
      return replaceFounder(store, record, replacement, clock.now())
    },
    enterDemo: () => store.enterDemo(),
    view: async (token) => {
      const record = await open(token)
      return record === undefined ? undefined : viewOf(record)
    },
    enrol: async (token, enrolment) => {
      const record = await open(token)
      if (record === undefined || stageOf(record) !== 'enrolling') return 'not-yet'
      return enrol(store, record, enrolment, clock.now())
    },
    sign: async (token, signInName, passphrase) => {
      const record = await open(token)
      if (record === undefined || stageOf(record) !== 'signing') return 'not-yet'
      return signStatement(store, record, { signInName, passphrase, at: clock.now() })
    },
  }
}

async function enrol(
  store: FoundingStore,
  record: FoundingRecord,
  enrolment: Enrolment,
  at: Millis,
): Promise<FoundingFault | undefined> {
  const fault = findFault(record, enrolment)
  if (fault !== undefined) return fault
  const { passphrase, ...person } = enrolment
  const key = await makeFounderKey(enrolment.seat, passphrase)
  const founder = { ...person, ...key, enrolledAt: at, signature: undefined, signedAt: undefined }
  if (await store.addFounder(founder)) return undefined
  // Somebody was faster: say what it is that he took.
  const now = await store.find()
  return (now === undefined ? undefined : findFault(now, enrolment)) ?? 'seat-taken'
}

async function signStatement(
  store: FoundingStore,
  record: FoundingRecord,
  entry: { readonly signInName: string; readonly passphrase: string; readonly at: Millis },
): Promise<FoundingFault | undefined> {
  const signInName = entry.signInName.trim().toLowerCase()
  const founder = record.founders.find((one) => one.signInName === signInName)
  // Who has the link sees the sign-in names: there is nothing to hide in time or wording here.
  if (founder === undefined) return 'unknown-or-wrong'
  if (founder.signature !== undefined) return 'already-signed'
  const statement = formatStatement(record)
  const signature = await signAsFounder(founder, founder.seat, entry.passphrase, statement)
  if (signature === undefined) return 'unknown-or-wrong'
  const isNew = await store.addSignature({ seat: founder.seat, signature, at: entry.at }, statement)
  return isNew ? undefined : 'already-signed'
}

async function takeSeat(
  store: FoundingStore,
  record: FoundingRecord,
  { personId, password, ...claim }: SeatClaim,
  at: Millis,
): Promise<FoundingFault | undefined> {
  const signInName = claim.signInName.trim().toLowerCase()
  const founder = record.founders.find((one) => one.signInName === signInName)
  if (founder === undefined) return 'unknown-or-wrong'
  const { seat, publicKey } = founder
  const statement = formatSeatStatement(record, { seat, personId: personId ?? '', at })
  const signature = await signAsFounder(founder, seat, claim.passphrase, statement)
  if (signature === undefined || personId === undefined) return 'unknown-or-wrong'
  await store.takeSeat({ seat, personId, password }, { statement, publicKey, signature })
  return undefined
}

/** Whether these founders, all four, have signed this statement with their own keys. */
export function isJointlySigned(founders: readonly Founder[], statement: string): boolean {
  return seats.every((seat) => {
    const founder = founders.find((one) => one.seat === seat)
    const signature = founder?.signature
    return (
      founder !== undefined &&
      signature !== undefined &&
      isFounderSignature(founder.publicKey, statement, signature)
    )
  })
}

function stageOf({ endedAt, founders }: FoundingRecord): FoundingView['stage'] {
  if (endedAt !== undefined) return 'ended'
  return founders.length === seats.length ? 'signing' : 'enrolling'
}

function viewOf(record: FoundingRecord): FoundingView {
  const stage = stageOf(record)
  return {
    stage,
    seats: seats.map((seat) => {
      const founder = record.founders.find((one) => one.seat === seat)
      const name = founder && `${founder.nameEn} ${founder.nameZh}`.trim()
      const hasSigned = founder?.signature !== undefined
      return { seat, name, signInName: founder?.signInName, hasSigned }
    }),
    statement: stage === 'enrolling' ? undefined : formatStatement(record),
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}
