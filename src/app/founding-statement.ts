/**
 * The text the founders sign, the same octets for all four. It can be made again from the record, so
 * that a verifier needs nothing but the audit entry. Never reworded: a version says which it is.
 */
import { createHash } from 'node:crypto'
import { seats } from '../http/founding/port.ts'
import type { FoundingRecord } from './founding.ts'

const version = 1

export function formatStatement({
  begunAt,
  founders,
}: Pick<FoundingRecord, 'begunAt' | 'founders'>): string {
  const lines = seats.flatMap((seat) => {
    const founder = founders.find((one) => one.seat === seat)
    if (founder === undefined) return []
    const key = createHash('sha256').update(founder.publicKey).digest('hex')
    const name = `${founder.nameEn} ${founder.nameZh}`.trim()
    return [`${seat}: ${name} (${founder.signInName}), key sha256:${key}`]
  })
  return [
    `Founding of a Tamar platform, statement ${version}, begun ${new Date(begunAt).toISOString()}`,
    '',
    'We are four different people. Each of us holds one seat and will hold no other. None of us alone',
    'can read the mail of others, give that power to anybody, or change what the audit trail says.',
    '',
    '我們是四位不同的人，每人只任一職，不兼他職。我們任何一人都不能單獨閱讀他人的郵件、將此權力授予',
    '任何人，或更改審計紀錄。',
    '',
    ...lines,
    '',
  ].join('\n')
}
