/** A password that can be read out and typed: four groups of four, without l, 0, 1 or o. */
import { randomInt } from 'node:crypto'

const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
const groups = 4
const groupLetters = 4

/** 80 random bits. */
export function readablePassword(): string {
  const group = () =>
    Array.from({ length: groupLetters }, () => letters[randomInt(letters.length)] ?? '').join('')
  return Array.from({ length: groups }, group).join('-')
}
