/** A text with signatures under it. C2SP signed-note, "Format". */
import { Refusal } from '../base/refusal.ts'
import { noteOctetsMax, noteSignaturesMax } from './limits.ts'
import type { Note, NoteSignature } from './types.ts'

const keyIdOctets = 4
// ASCII control characters except the newline.
const controlCharacters = /[^\P{Cc}\n\u007f-\u009f]/u
// Key names have no spaces of any script and no plus.
const signatureLine = /^— ([^\s\u0085+]+) ([A-Za-z0-9+/]+={0,2})$/u

/** @throws Refusal('invalid') it is no note. That its signatures hold is not said here. */
export function parseNote(note: string): Note {
  const split = note.lastIndexOf('\n\n')
  if (note.length > noteOctetsMax) throw fault('it is too long')
  if (split < 0 || !note.endsWith('\n')) throw fault('there are no signatures')
  if (controlCharacters.test(note)) throw fault('it has control characters')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > noteSignaturesMax) throw fault('it has too many signatures')
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

/** @throws Refusal('invalid') */
export function parseSignature(line: string): NoteSignature {
  const [, name, base64 = ''] = signatureLine.exec(line) ?? []
  const octets = Buffer.from(base64, 'base64')
  if (name === undefined || octets.length <= keyIdOctets || octets.toString('base64') !== base64)
    throw fault('a signature line is not one')
  return { name, keyId: octets.readUInt32BE(), signature: octets.subarray(keyIdOctets) }
}

/** With its newline. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.allocUnsafe(keyIdOctets)
  id.writeUInt32BE(keyId)
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

/** `lines` as `NoteSigner.sign` makes them. */
export function formatNote(text: string, ...lines: readonly string[]): string {
  return `${text}\n${lines.join('')}`
}

function fault(what: string): Refusal {
  return new Refusal('invalid', { what: `this is no signed note: ${what}` })
}
