/** What the folder of a log holds: its state at the last checkpoint that was signed and written whole. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint, parseCheckpoint } from '../checkpoint.ts'
import { isRefusal } from '../../base/refusal.ts'
import { LogFault } from '../types.ts'
import type { ChainPoint, Checkpoint, LogOptions, NoteVerifier } from '../types.ts'
import { codeOf } from './durable-file.ts'
import { chainsAfter, grow } from './growth.ts'
import type { LogState, TileFile } from './growth.ts'
import { parseJournal } from './journal-format.ts'

export const journalName = 'journal'
export const checkpointName = 'checkpoint'

export interface Recovered {
  readonly state: LogState
  readonly chains: ReadonlyMap<string, ChainPoint>
  readonly published: string | undefined
  /** Full ones since the journal began; whether they are on disk is not known. */
  readonly files: readonly TileFile[]
  readonly journalOctets: number
}

/** Undefined: there is no log. @throws LogFault */
export async function recover(
  folder: string,
  chainOf: LogOptions['chainOf'],
): Promise<Recovered | undefined> {
  const published = (await readIfThere(join(folder, checkpointName)))?.toString()
  const journal = await readIfThere(join(folder, journalName))
  if (journal === undefined && published === undefined) return undefined
  if (journal === undefined) throw new LogFault(`The journal of the log in ${folder} is missing.`)
  const { base, batches, octets } = parseJournal(journal)
  let growth = { edge: base.edge, bundle: [] as readonly Buffer[] }
  let { chains } = base
  let checkpoint = ''
  const files: TileFile[] = []
  for (const batch of batches) {
    chains = chainsAfter(chains, chainOf, growth.edge.size, batch.entries)
    const { files: full, ...grown } = grow(growth, batch.entries)
    files.push(...full)
    growth = grown
    checkpoint = batch.checkpoint
  }
  const state = { ...growth, checkpoint }
  requireWhole(folder, state, published)
  return { state, chains, published, files, journalOctets: octets }
}

/** Signing on from less than was published would fork the log. */
function requireWhole(folder: string, state: LogState, published: string | undefined): void {
  const { size, root } = parseCheckpoint(state.checkpoint)
  if (size !== state.edge.size || !root.equals(state.edge.root()))
    throw new LogFault(`The journal of the log in ${folder} is not the tree its checkpoint signs.`)
  if (published === undefined) return
  const known = readPublished(folder, published)
  if (known.size > size)
    throw new LogFault(
      `The log in ${folder} lost entries: ${known.size} were published, ${size} are there. ` +
        `Restore its newest copy; what was acknowledged may not be signed again.`,
    )
}

function readPublished(folder: string, published: string): Checkpoint {
  try {
    return parseCheckpoint(published)
  } catch (error) {
    if (!isRefusal(error, 'invalid')) throw error
    throw new LogFault(`${join(folder, checkpointName)} is not a checkpoint. Restore it.`, {
      cause: error,
    })
  }
}

/** @throws LogFault */
export function requireOwn(state: LogState, verifier: NoteVerifier): void {
  try {
    openCheckpoint(state.checkpoint, verifier)
  } catch (error) {
    if (!isRefusal(error, 'invalid')) throw error
    throw new LogFault(`This log was not signed by the key ${verifier.vkey}.`, { cause: error })
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
