/** What is kept of the founding and its founders, where it is kept, and what nobody may take twice. */
import type { TakenSeat } from '../access/write/take-seat.ts'
import type { Millis } from '../base/clock.ts'
import {
  type Enrolment,
  type FoundingFault,
  passphraseLengthMin,
  type Seat,
} from '../http/founding/port.ts'

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
  /** He sits in his seat from now on; whoever had its roles has them no more. */
  replaceFounder(newcomer: Founder, proof: ReplacementProof): Promise<void>
  /** The platform shows and tries things out; it never becomes a real one. */
  enterDemo(): Promise<void>
}

export interface ReplacementProof {
  readonly statement: string
  /** Of the three others, and of the newcomer. */
  readonly signatures: readonly Pick<Founder, 'seat' | 'publicKey' | 'signature'>[]
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

const signInNamePattern = /^[a-z][a-z0-9.-]{2,31}$/

export function findFault(
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
