/**
 * The text the founders sign, the same octets for all four. It can be made again from the record, so
 * that a verifier needs nothing but the audit entry. Never reworded: a version says which it is.
 */
import { createHash } from 'node:crypto'
import type { Millis } from '../base/clock.ts'
import { type Seat, seats } from '../http/founding/port.ts'
import type { Founder, FoundingRecord } from './founding-record.ts'

const version = 1

/** Two columns each where they are Chinese: with the indent a line stays within 74 columns. */
const nameLineCharacters = 34

export function formatStatement({
  begunAt,
  founders,
}: Pick<FoundingRecord, 'begunAt' | 'founders'>): string {
  const lines = seats.flatMap((seat) => {
    const founder = founders.find((one) => one.seat === seat)
    if (founder === undefined) return []
    const key = createHash('sha256').update(founder.publicKey).digest('hex')
    const { nameEn, nameZh, signInName } = founder
    const said = [
      ...piecesOf(nameEn),
      ...piecesOf(nameZh),
      `signs in as ${signInName}`,
      'key, by SHA-256:',
      key,
    ]
    return [`${seat}:`, ...said.map((line) => `    ${line}`)]
  })
  return [
    `Founding of a Tamar platform, statement ${version}, begun ${new Date(begunAt).toISOString()}`,
    '',
    'We are four different people. Each of us holds one seat and will hold',
    'no other. None of us alone can read the mail of others, give that power',
    'to anybody, or change what the audit trail says.',
    '',
    '我們是四位不同的人，每人只任一職，不兼他職。我們任何一人都不能單獨',
    '閱讀他人的郵件、將此權力授予任何人，或更改審計紀錄。',
    '',
    ...lines,
    '',
  ].join('\n')
}

/** What a founder signs when he says which person of the directory he is. */
export function formatSeatStatement(
  { begunAt }: Pick<FoundingRecord, 'begunAt'>,
  { seat, personId, at }: { readonly seat: Seat; readonly personId: string; readonly at: Millis },
): string {
  return [
    `Seat of a Tamar platform, statement ${version}, founding begun ${new Date(begunAt).toISOString()}`,
    '',
    `From ${new Date(at).toISOString()} I hold the seat ${seat} as this person:`,
    personId,
    '',
  ].join('\n')
}

/** What the others, and the newcomer, sign when a seat goes to another founder. */
export function formatReplacementStatement(
  { begunAt }: Pick<FoundingRecord, 'begunAt'>,
  newcomer: Pick<Founder, 'seat' | 'nameEn' | 'nameZh' | 'signInName' | 'enrolledAt'> & {
    readonly fingerprint: string
  },
): string {
  const { seat, nameEn, nameZh, signInName, enrolledAt, fingerprint } = newcomer
  return [
    `Seat of a Tamar platform, statement ${version}, founding begun ${new Date(begunAt).toISOString()}`,
    '',
    `From ${new Date(enrolledAt).toISOString()} the seat ${seat} is held by another:`,
    ...[...piecesOf(nameEn), ...piecesOf(nameZh)].map((line) => `    ${line}`),
    `    signs in as ${signInName}`,
    '    key, by SHA-256:',
    `    ${fingerprint}`,
    '',
  ].join('\n')
}

/** Of one reading whatever its length: where a line ends is told by the number of characters alone. */
function piecesOf(name: string): readonly string[] {
  const characters = Array.from(name)
  const count = Math.ceil(characters.length / nameLineCharacters)
  return Array.from({ length: count }, (_, at) =>
    characters.slice(at * nameLineCharacters, (at + 1) * nameLineCharacters).join(''),
  )
}
