/** The objects of a directory store in the order of their paths, one folder in memory at a time. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, diskFault } from './faults.ts'
import { statBatch } from './limits.ts'
import { objectPath, parseObjectName } from './object-path.ts'
import type { ObjectId, StoredObject } from './types.ts'

const fanOut = /^[0-9a-f]{2}$/

export async function* listDirectory(
  root: string,
  after: ObjectId | undefined,
): AsyncGenerator<StoredObject> {
  const [first = '', second = ''] = after === undefined ? [] : objectPath(after).split('/')
  for (const outer of await listFolders(root)) {
    if (outer < first) continue
    for (const inner of await listFolders(join(root, outer))) {
      if (outer === first && inner < second) continue
      const isFirst = outer === first && inner === second
      yield* listObjects(join(root, outer, inner), isFirst ? after : undefined)
    }
  }
}

async function* listObjects(
  folder: string,
  after: ObjectId | undefined,
): AsyncGenerator<StoredObject> {
  const ids = (await listNames(folder)).filter(
    (name) => parseObjectName(name) !== undefined && (after === undefined || name > after),
  )
  for (let from = 0; from < ids.length; from += statBatch)
    for (const found of await Promise.all(
      ids.slice(from, from + statBatch).map((id) => findObject(folder, id)),
    ))
      if (found !== undefined) yield found
}

/** Undefined when it was deleted meanwhile. */
async function findObject(folder: string, id: ObjectId): Promise<StoredObject | undefined> {
  try {
    const { size, mtimeMs } = await stat(join(folder, id))
    return { id, octets: size, storedAt: Math.trunc(mtimeMs) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw diskFault(error)
  }
}

async function listFolders(folder: string): Promise<readonly string[]> {
  return (await listNames(folder)).filter((name) => fanOut.test(name))
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    throw diskFault(error)
  }
}
