/** What a log asks of a witness, and what a witness answers. Pure. C2SP tlog-witness. */
import type { Millis } from '../base/clock.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { emptyRoot, hashOctets } from './hash.ts'
import { noteOctetsMax, proofHashesMax } from './limits.ts'
import { parseNote } from './note.ts'
import { verifyConsistency } from './proof.ts'
import type { AddCheckpoint, Checkpoint, NoteSigner, NoteVerifier } from './types.ts'
import type { WitnessAnswer } from './types.ts'

export interface WitnessKnowledge {
  /** Logs it watches. */
  readonly logOf: (origin: string) => NoteVerifier | undefined
  /** The newest it cosigned of a log. */
  readonly latestOf: (origin: string) => Checkpoint | undefined
  readonly signer: NoteSigner
}

/** A body is no longer than this: a note, 63 hashes in base64 and the old size. */
export const addCheckpointOctetsMax = noteOctetsMax + proofHashesMax * 45 + 32

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const lines = proof.map((hash) => `${hash.toString('base64')}\n`).join('')
  return `old ${oldSize}\n${lines}\n${note}`
}

/** @throws Refusal('invalid') */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.indexOf('\n\n')
  const [first = '', ...lines] = body.slice(0, Math.max(split, 0)).split('\n')
  const digits = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1]
  if (digits === undefined) throw fault('it does not begin with the old size')
  if (lines.length > proofHashesMax) throw fault('its proof is too long')
  const proof = lines.map((line) => Buffer.from(line, 'base64'))
  const isWhole = (hash: Buffer, at: number) =>
    hash.length === hashOctets && hash.toString('base64') === lines[at]
  if (!proof.every(isWhole)) throw fault('a line of its proof is no hash')
  return { oldSize: Number(digits), proof, note: body.slice(split + 2) }
}

/**
 * Checks and signs. The caller holds the log's newest checkpoint from `latestOf` until `remember` is
 * durable: two answers at once could sign a fork.
 */
export function answerAddCheckpoint(
  body: string,
  knowledge: WitnessKnowledge,
  now: Millis,
): WitnessAnswer {
  try {
    const request = parseAddCheckpoint(body)
    return answer(request, parseCheckpoint(request.note), knowledge, now)
  } catch (error) {
    if (isRefusal(error, 'invalid')) return refuse(400, String(error.facts['what']))
    throw error
  }
}

function answer(
  { oldSize, proof, note }: AddCheckpoint,
  checkpoint: Checkpoint,
  { logOf, latestOf, signer }: WitnessKnowledge,
  now: Millis,
): WitnessAnswer {
  const log = logOf(checkpoint.origin)
  if (log === undefined) return refuse(404, 'this log is not watched here')
  if (!isSigned(note, log)) return refuse(403, 'not signed by a key of this log')
  if (oldSize > checkpoint.size) return refuse(400, 'the old size is beyond the checkpoint')
  const latest = latestOf(checkpoint.origin) ?? { size: 0, root: emptyRoot }
  const isFork = oldSize === checkpoint.size && !latest.root.equals(checkpoint.root)
  if (oldSize !== latest.size || isFork)
    return { status: 409, contentType: 'text/x.tlog.size', body: `${latest.size}\n` }
  if (!verifyConsistency(latest, checkpoint, proof))
    return refuse(422, 'the checkpoint does not continue the one cosigned before')
  const line = signer.sign(parseNote(note).text, now)
  return { status: 200, contentType: plain, body: line, remember: checkpoint }
}

function isSigned(note: string, log: NoteVerifier): boolean {
  try {
    openCheckpoint(note, log)
    return true
  } catch (error) {
    if (isRefusal(error, 'invalid')) return false
    throw error
  }
}

const plain = 'text/plain; charset=utf-8'

function refuse(status: 400 | 403 | 404 | 422, what: string): WitnessAnswer {
  return { status, contentType: plain, body: `${what}\n` }
}

function fault(what: string): Refusal {
  return new Refusal('invalid', { what: `this is no add-checkpoint request: ${what}` })
}
