/**
 * The founding as the page meets it: four people take the four seats, then sign together. The
 * composition root plugs the ceremony in. Architecture D10.
 */

export const seats = ['administrator-1', 'administrator-2', 'security-officer', 'auditor'] as const
export type Seat = (typeof seats)[number]

export interface Enrolment {
  readonly seat: Seat
  readonly nameEn: string
  readonly nameZh: string
  readonly signInName: string
  readonly passphrase: string
}

export interface SeatView {
  readonly seat: Seat
  /** Undefined while nobody sits there. */
  readonly name: string | undefined
  readonly signInName: string | undefined
  readonly hasSigned: boolean
}

export interface FoundingView {
  readonly stage: 'enrolling' | 'signing' | 'ended'
  readonly seats: readonly SeatView[]
  /** What is signed; there once all four are enrolled. */
  readonly statement: string | undefined
}

/** What was wrong with an entry; the page has a sentence for each. */
export type FoundingFault =
  | 'seat-taken'
  | 'sign-in-name-taken'
  | 'name-taken'
  | 'sign-in-name-form'
  | 'name-missing'
  | 'passphrase-short'
  | 'passphrases-differ'
  | 'unknown-or-wrong'
  | 'already-signed'
  | 'not-yet'

export interface Founding {
  /** Undefined when the token is not the founding's. Its view stays after the end, without a step. */
  view(token: string): Promise<FoundingView | undefined>
  enrol(token: string, enrolment: Enrolment): Promise<FoundingFault | undefined>
  /** The founder's passphrase opens his key; his signature is added; the fourth ends the founding. */
  sign(token: string, signInName: string, passphrase: string): Promise<FoundingFault | undefined>
}

export const passphraseLengthMin = 12
