/**
 * Whom pseudonyms stand for: looked up in an export's sealed boxes with the auditors' private key, on
 * their own machine, after the log has it that they did, in which case and with whose approval.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hashBox, openNames, type KnownName } from '../../audit/names/name-box.ts'
import type { ResolutionAsked } from '../../audit/ship/client.ts'
import { SealError } from '../../keys/types.ts'
import { StartFault } from '../start-fault.ts'
import { clientOf } from './read-audit.ts'

export interface ResolveWish extends ResolutionAsked {
  readonly url: string
  readonly credentialPath: string
  readonly exportFolder: string
  /** X25519, PEM: what `tamar audit auditors-key` made. */
  readonly keyPath: string
}

export interface Resolved {
  /** The number of the entry that says so, in the audit process's own chain. */
  readonly seq: number
  readonly names: readonly KnownName[]
  /** Their boxes are not in this export, or were destroyed. */
  readonly unknown: readonly string[]
}

/** @throws StartFault, Refusal('audit-unavailable'): then nothing was looked up. */
export async function resolveNames(wish: ResolveWish): Promise<Resolved> {
  const { url, credentialPath, exportFolder, keyPath, pseudonyms, ticket, approvedBy } = wish
  const key = readKey(keyPath)
  const boxes = listBoxes(join(exportFolder, 'names'))
  using client = clientOf(url, credentialPath)
  const seq = await client.resolve({ pseudonyms, ticket, approvedBy })
  const found = new Map<string, KnownName>()
  for (const path of boxes)
    for (const name of openBox(key, path))
      if (pseudonyms.includes(name.pseudonym)) found.set(name.pseudonym, name)
  const names = pseudonyms.flatMap((one) => found.get(one) ?? [])
  return { seq, names, unknown: pseudonyms.filter((one) => !found.has(one)) }
}

function readKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new StartFault(`The auditors' key cannot be read: ${error.message}.`, { cause: error })
  }
}

/** `ab/ab12…`, as the audit process keeps them. */
function listBoxes(folder: string): readonly string[] {
  if (!existsSync(folder)) throw new StartFault(`There are no names in ${folder}: is it an export?`)
  return readdirSync(folder).flatMap((part) =>
    readdirSync(join(folder, part)).map((name) => join(folder, part, name)),
  )
}

/** One that is not what its entry names is not believed. */
function openBox(key: KeyObject, path: string): readonly KnownName[] {
  const box = readFileSync(path)
  if (!path.endsWith(hashBox(box)))
    throw new StartFault(`${path} is not the box that its entry names: it was changed.`)
  try {
    return openNames(key, box)
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new StartFault(`${path} is sealed to another key than this one.`, { cause: error })
  }
}
