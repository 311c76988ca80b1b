/** Words that are nowhere else in the world, one for each place where a person puts one. */
import { seededRandom } from '../../tools/seeded-random.ts'

const places = [
  'subject',
  'body',
  'largeBody',
  'attachmentName',
  'attachment',
  'personName',
  'address',
  'department',
  'domain',
  'listName',
  'listAddress',
  'postTitle',
  'sharedName',
  'alias',
  'mailbox',
  'keyword',
  'searchTerm',
  'senderAddress',
  'senderName',
  'helo',
  'farRecipient',
  'unknownRecipient',
  'wrongUser',
  'wrongPassword',
  'label',
] as const

export type CanaryWords = Readonly<Record<(typeof places)[number] | 'personNameZh', string>>

/** Lower-case letters and digits: fit for an address, a keyword and a mailbox alike. */
export function canaryWords(seed: number): CanaryWords {
  const random = seededRandom(seed)
  const words = places.map((place) => {
    const tail = Array.from({ length: 3 }, () =>
      Math.floor(random() * 0x1_0000_0000)
        .toString(36)
        .padStart(7, '0'),
    )
    return [place, `canary${place.toLowerCase()}${tail.join('')}`] as const
  })
  const han = Array.from({ length: 6 }, () =>
    String.fromCodePoint(0x4e00 + Math.floor(random() * 0x5000)),
  ).join('')
  // Every place has its word; the compiler loses count of them in Object.fromEntries.
  return Object.fromEntries([...words, ['personNameZh', han]]) as CanaryWords
}
