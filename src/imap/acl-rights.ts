/** Letters of rights between the wire and the gate. RFC 4314 §2.1, §2.1.1, §3.1. */
import { BadSyntax } from './wire/bad-syntax.ts'

/** In the order in which servers say them; `0` is ours: may send on behalf (RFC 4314 §2). */
export const knownRights = 'lrswipkxtea0'

/** For programs older than that (§2.1.1): `c` is there with `k`, `d` with any of `x`, `t`, `e`. */
export function formatRights(letters: string): string {
  const create = letters.includes('k') ? 'c' : ''
  const remove = /[xte]/.test(letters) ? 'd' : ''
  const standard = Array.from('lrswipkxte').filter((letter) => letters.includes(letter))
  const rest = Array.from('a0').filter((letter) => letters.includes(letter))
  return standard.join('') + create + remove + rest.join('')
}

/** A new set of rights, or what is added to or taken from the one there is. */
export function applyRights(written: string, before: string): string {
  const [sign] = written
  const letters = parseLetters(sign === '+' || sign === '-' ? written.slice(1) : written)
  if (sign === '+') return inOrder(before + letters)
  if (sign === '-') return inOrder(before, letters)
  return inOrder(letters)
}

function parseLetters(written: string): string {
  const letters = written.replaceAll('c', 'k').replaceAll('d', 'xte')
  for (const letter of letters)
    if (!knownRights.includes(letter)) throw new BadSyntax(`There is no right "${letter}"`)
  return letters
}

function inOrder(letters: string, without = ''): string {
  return Array.from(knownRights)
    .filter((letter) => letters.includes(letter) && !without.includes(letter))
    .join('')
}
