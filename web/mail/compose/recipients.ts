/** Recipients as people type and paste them, and as they are shown. RFC 5322 §3.4. */
import type { Email, EmailAddress } from '../../kit/jmap/types.ts'

export interface Typed {
  readonly found: readonly EmailAddress[]
  /** What is no address: it stays where it was typed. */
  readonly rest: string
}

/** As strict as a typing error needs; the server has the last word. */
const addressForm = /^[^\s@<>(),;:"[\]]+@[^\s@<>(),;:"[\]]+\.[^\s@<>(),;:"[\].]+$/u

export function isAddress(text: string): boolean {
  return text.length <= 254 && addressForm.test(text)
}

/** `Chan <a@b>, c@d; 陳 <e@f>`, with the separators of both languages. */
export function readTyped(text: string): Typed {
  const found: EmailAddress[] = []
  const rest: string[] = []
  for (const piece of splitOutsideQuotes(text)) {
    const one = readOne(piece)
    if (one === undefined) rest.push(piece)
    else found.push(one)
  }
  return { found, rest: rest.join(', ') }
}

function splitOutsideQuotes(text: string): readonly string[] {
  const pieces = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,;，；、\n"]|")+/g) ?? []
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
}

function readOne(piece: string): EmailAddress | undefined {
  const [, phrase = '', angle] = /^(.*?)<([^<>]*)>$/s.exec(piece) ?? []
  const email = (angle ?? piece).trim()
  if (!isAddress(email)) return undefined
  const name = phrase
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll(/\\(.)/g, '$1')
  return { name: name === '' ? null : name, email }
}

export function sameAddress(one: EmailAddress, other: EmailAddress): boolean {
  return one.email.toLowerCase() === other.email.toLowerCase()
}

/** In order, nobody twice. */
export function withoutRepeats(all: readonly EmailAddress[]): readonly EmailAddress[] {
  return all.filter((one, at) => all.findIndex((other) => sameAddress(one, other)) === at)
}

export interface KnownPerson {
  readonly address: EmailAddress
  readonly times: number
}

/** Whom the reader has met in the messages that are known, most often first. */
export function peopleIn(emails: readonly Email[]): readonly KnownPerson[] {
  const people = new Map<string, { address: EmailAddress; times: number }>()
  for (const { from, to } of emails) {
    for (const address of [...(from ?? []), ...(to ?? [])]) {
      const key = address.email.toLowerCase()
      const known = people.get(key)
      if (known === undefined) people.set(key, { address, times: 1 })
      else {
        known.times++
        if (known.address.name === null) known.address = address
      }
    }
  }
  return [...people.values()].toSorted((a, b) => b.times - a.times)
}

const suggestedMax = 6

/** By the beginning of a word of the name or of the address; Chinese anywhere in the name. */
export function suggest(
  typed: string,
  people: readonly KnownPerson[],
  taken: readonly EmailAddress[],
): readonly EmailAddress[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return []
  const isWanted = ({ name, email }: EmailAddress) =>
    [email, ...(name ?? '').split(/[\s,.]+/)].some((word) =>
      word.toLowerCase().startsWith(wanted),
    ) ||
    (/\p{Script=Han}/u.test(wanted) && (name ?? '').includes(wanted))
  return people
    .map(({ address }) => address)
    .filter((one) => isWanted(one) && !taken.some((other) => sameAddress(one, other)))
    .slice(0, suggestedMax)
}
