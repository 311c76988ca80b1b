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
  passphraseLengthMin,
  type Seat,
  seats,
} from '../http/founding/port.ts'
import { isFounderSignature, makeFounderKey, signAsFounder } from './founder-key.ts'
import type { TakenSeat } from '../access/write/take-seat.ts'
import { formatSeatStatement, formatStatement } from './founding-statement.ts'

export interface Founder {
  readonly seat: Seat
  readonly nameEn: string
  readonly nameZh: string
  readonly signInName: string
  readonly publicKey: Buffer
  readonly sealedPrivateKey: Buffer
  readonly enrolledAt: Millis
  readonly signature: Buffer | undefined
  readonly signedAt: Millis | undefined
}

export interface FoundingRecord {
  readonly tokenHash: Buffer
  readonly begunAt: Millis
  readonly endedAt: Millis | undefined
  readonly founders: readonly Founder[]
}

export interface Signature {
  readonly seat: Seat
  readonly signature: Buffer
  readonly at: Millis
}

/** Where the founding is kept. */
export interface FoundingStore {
  find(): Promise<FoundingRecord | undefined>
  /** Begins, or gives a founding that goes on a new link; the old link is worth nothing then. */
  begin(tokenHash: Buffer, at: Millis): Promise<void>
  /** False: the seat, the sign-in name or the name is taken. */
  addFounder(founder: Founder): Promise<boolean>
  /**
   * False: he has signed already. The fourth ends the founding in the same transaction, with the
   * audit entry that says so.
   */
  addSignature(signature: Signature, statement: string): Promise<boolean>
  /** With the audit entry that says who signed it. Refusal where the person cannot hold the seat. */
  takeSeat(taken: TakenSeat, proof: SeatProof): Promise<void>
  /** The platform shows and tries things out; it never becomes a real one. */
  enterDemo(): Promise<void>
}

export interface SeatProof {
  readonly statement: string
  readonly publicKey: Buffer
  readonly signature: Buffer
}

/** What a founder gives to become a person of the directory. */
export interface SeatClaim {
  readonly signInName: string
  readonly passphrase: string
  /** Undefined: nobody; answered in the time and with the words of a wrong passphrase. */
  readonly personId: string | undefined
  /** For the person, from now on. */
  readonly password: string
}

export interface OwnedFounding extends Founding {
  /** A new link's token; undefined once the founding is over. */
  openToken(): Promise<string | undefined>
  isEnded(): Promise<boolean>
  /**
   * After the founding: a founder says which person of the directory he is, signed with his own key.
   * That person has the roles of his seat from then on. Refusal where he cannot have them.
   */
  takeSeat(claim: SeatClaim): Promise<FoundingFault | undefined>
  enterDemo(): Promise<void>
}

const tokenOctets = 32
const signInNamePattern = /^[a-z][a-z0-9.-]{2,31}$/

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

function findFault(
  { founders }: FoundingRecord,
  { seat, nameEn, nameZh, signInName, passphrase }: Enrolment,
): FoundingFault | undefined {
  if (nameEn === '') return 'name-missing'
  if (!signInNamePattern.test(signInName)) return 'sign-in-name-form'
  if (passphrase.length < passphraseLengthMin) return 'passphrase-short'
  if (founders.some((founder) => founder.seat === seat)) return 'seat-taken'
  if (founders.some((founder) => founder.signInName === signInName)) return 'sign-in-name-taken'
  const name = nameKeyOf({ nameEn, nameZh })
  return founders.some((founder) => nameKeyOf(founder) === name) ? 'name-taken' : undefined
}

/** Two spellings of one name are one: case and spaces do not make another person. */
export function nameKeyOf({ nameEn, nameZh }: Pick<Founder, 'nameEn' | 'nameZh'>): string {
  return `${nameEn} ${nameZh}`.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
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
