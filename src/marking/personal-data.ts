/**
 * Personal data in a text, counted, each value once: numbers of Hong Kong identity cards with a right
 * check digit, of payment cards (ISO/IEC 7812), telephone numbers, mail addresses. Pure.
 */

export interface PersonalData {
  readonly identityNumbers: number
  readonly cardNumbers: number
  readonly phoneNumbers: number
  readonly listedAddresses: number
}

/** More of a kind than this says no more. */
const countMax = 10_000

export class PersonalDataCounter {
  readonly #identity = new Set<string>()
  readonly #cards = new Set<string>()
  readonly #phones = new Set<string>()
  readonly #addresses = new Set<string>()

  add(text: string): void {
    const plain = text.normalize('NFKC')
    collect(this.#identity, plain.matchAll(identityShape), identityOf)
    collect(this.#cards, plain.matchAll(cardShape), cardOf)
    collect(this.#phones, plain.matchAll(phoneShape), ([, digits = '']) =>
      digits.replaceAll(/\D/g, ''),
    )
    collect(this.#addresses, plain.matchAll(addressShape), ([address]) => address.toLowerCase())
  }

  get found(): PersonalData {
    return {
      identityNumbers: this.#identity.size,
      cardNumbers: this.#cards.size,
      phoneNumbers: this.#phones.size,
      listedAddresses: this.#addresses.size,
    }
  }
}

function collect(
  into: Set<string>,
  matches: Iterable<RegExpMatchArray>,
  valueOf: (match: RegExpMatchArray) => string | undefined,
): void {
  for (const match of matches) {
    if (into.size >= countMax) return
    const value = valueOf(match)
    if (value !== undefined) into.add(value)
  }
}

const identityShape =
  /(?<![\p{L}\p{N}])([A-Z]{1,2}) ?(\d{6}) ?(?:\(([\dA])\)|([\dA]))(?![\p{L}\p{N}])/giu
const cardShape = /(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d.-])/g
const phoneShape = /(?<![\d.-])(?:\+?852[ -]?)?([235-9]\d{3}[ -]?\d{4})(?![\d.-]\d|\d)/g
const addressShape = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g

function identityOf([, letters = '', digits = '', inner, bare]: RegExpMatchArray):
  | string
  | undefined {
  const check = (inner ?? bare ?? '').toUpperCase()
  const upper = letters.toUpperCase()
  return checkDigit(upper, digits) === check ? `${upper}${digits}${check}` : undefined
}

/** Weights 9 to 2; a letter counts from 10, a missing first letter as 36; the sum is a multiple of 11. */
export function checkDigit(letters: string, digits: string): string {
  const padded = letters.length === 1 ? ` ${letters}` : letters
  const values = Array.from(padded, (letter) => (letter === ' ' ? 36 : letter.charCodeAt(0) - 55))
  const sum = [...values, ...Array.from(digits, Number)].reduce(
    (total, value, at) => total + value * (9 - at),
    0,
  )
  const rest = (11 - (sum % 11)) % 11
  return rest === 10 ? 'A' : `${rest}`
}

/** The first digit of a network there is, and the checksum of Luhn. */
function cardOf([text]: RegExpMatchArray): string | undefined {
  const digits = text.replaceAll(/\D/g, '')
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|35|36|30[0-5]|6)/.test(digits)) return undefined
  if (/^(\d)\1+$/.test(digits)) return undefined
  return luhn(digits) ? digits : undefined
}

function luhn(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const double = digit * 2
    sum += at % 2 === 0 ? digit : double > 9 ? double - 9 : double
  }
  return sum % 10 === 0
}
