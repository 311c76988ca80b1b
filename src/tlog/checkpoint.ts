/**
 * The signed size and root of a tree, and the witnesses who saw it. C2SP tlog-checkpoint and
 * tlog-cosignature.
 */
import { Refusal } from '../base/refusal.ts'
import { hashOctets } from './hash.ts'
import { cosignedAt } from './note-key.ts'
import { formatNote, parseNote, parseSignature } from './note.ts'
import type { Checkpoint, Note, NoteSignature, NoteSigner, NoteVerifier } from './types.ts'
import type { OpenedCheckpoint } from './types.ts'

export function signCheckpoint(signer: NoteSigner, tree: Omit<Checkpoint, 'origin'>): string {
  const origin = signer.verifier.name
  const text = `${origin}\n${tree.size}\n${tree.root.toString('base64')}\n`
  return formatNote(text, signer.sign(text))
}

/** What a note says, believed or not. @throws Refusal('invalid') */
export function parseCheckpoint(note: string): Checkpoint {
  return readText(parseNote(note).text)
}

/**
 * @param quorum how many of the witnesses must have signed.
 * @throws Refusal('invalid') when the log's signature is not there, when that of any of these keys
 * does not hold, or when fewer witnesses signed; `facts.fault` says which.
 */
export function openCheckpoint(
  note: string,
  log: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  quorum = 0,
): OpenedCheckpoint {
  const parsed = parseNote(note)
  if (findSignature(parsed, log) === undefined) throw fault('signature', 'not signed by this log')
  const checkpoint = readText(parsed.text)
  if (checkpoint.origin !== log.name) throw fault('signature', 'its origin is another log')
  const seen = witnesses.flatMap((witness) => {
    const found = findSignature(parsed, witness)
    return found === undefined ? [] : [{ name: witness.name, at: cosignedAt(found.signature) }]
  })
  if (seen.length < quorum)
    throw fault('witnesses', `cosigned by ${seen.length} of the ${quorum} witnesses needed`)
  return { ...checkpoint, note, witnesses: seen }
}

/**
 * The note with those of a witness's answer that hold and are not there yet; lines of unknown keys
 * are left out.
 * @throws Refusal('invalid') a line is none, or a known key's signature does not hold.
 */
export function addCosignatures(
  note: string,
  answer: string,
  witnesses: readonly NoteVerifier[],
): string {
  const parsed = parseNote(note)
  const lines = answer.split('\n').filter((line) => line !== '')
  const fresh = lines.filter((line) => {
    const signatures = [parseSignature(line)]
    const isNew = ({ name, keyId }: NoteVerifier) =>
      !parsed.signatures.some((there) => there.name === name && there.keyId === keyId)
    return witnesses.some(
      (witness) => isNew(witness) && findSignature({ ...parsed, signatures }, witness),
    )
  })
  return note + fresh.map((line) => `${line}\n`).join('')
}

function findSignature(note: Note, verifier: NoteVerifier): NoteSignature | undefined {
  const { name, keyId } = verifier
  const isKnown = (found: NoteSignature) => found.name === name && found.keyId === keyId
  const found = note.signatures.find(isKnown)
  if (found !== undefined && !verifier.verify(note.text, found.signature))
    throw fault('signature', `the signature of ${name} does not hold`)
  return found
}

function readText(text: string): Checkpoint {
  const [origin = '', digits = '', base64 = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = Number(digits)
  const root = Buffer.from(base64, 'base64')
  const isWhole =
    origin !== '' &&
    String(size) === digits &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    root.length === hashOctets &&
    root.toString('base64') === base64 &&
    !extensions.includes('')
  if (!isWhole) throw fault('format', 'it is no checkpoint')
  return { origin, size, root }
}

function fault(which: 'signature' | 'witnesses' | 'format', what: string): Refusal {
  return new Refusal('invalid', { fault: which, what: `the checkpoint is not good: ${what}` })
}
