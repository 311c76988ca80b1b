/** What is kept, opened: a server for a page without a network. */
import type { Fetch } from '../jmap/transport.ts'
import type { Email, EmailContent } from '../jmap/types.ts'
import {
  contentName,
  fileName,
  frameName,
  keyOf,
  listName,
  partsOf,
  rowName,
  type Frame,
  type KeptRow,
  type OpenedRow,
} from './kept-mail.ts'
import type { KeptPart, KeptStore } from './kept-store.ts'
import { OfflineServer, type ReadFile } from './offline-server.ts'
import type { Opener } from './sealing.ts'

export interface Opened {
  /** Answers instead of the server. */
  readonly fetch: Fetch
  /** When the server was last heard, in milliseconds. */
  readonly at: number
}

/** Rows at once, for the lists; what stands in a message, or in a file, when it is opened. */
export async function serverOf(store: KeptStore, opener: Opener): Promise<Opened> {
  const part = <T>(name: string, kept: KeptPart) => opener.open<T>(name, kept.windowKey, kept)
  const sealed = await store.frame()
  if (sealed === undefined) throw new Error('nothing is kept')
  const frame = await part<Frame>(frameName, sealed)
  const readFile: ReadFile = async (accountId, blobId) => {
    const key = keyOf(accountId, blobId)
    const file = (await store.file(key))?.file
    return file && opener.openOctets(fileName(key), file.windowKey, file)
  }
  const opened = (await store.messages()).map(async ({ key, row, content }) => {
    const readContent = () => part<EmailContent>(contentName(key), content)
    return { ...(await part<KeptRow>(rowName(key), row)), readContent } satisfies OpenedRow
  })
  // Of two rows of one message the newer list's is the truer.
  const lists = (await store.lists()).toSorted((a, b) => a.at - b.at)
  const seen = lists.map(async ({ key, rows }) => {
    const { accountId } = partsOf(key)
    const emails = await part<readonly Email[]>(listName(key), rows)
    return emails.map((email): OpenedRow => ({ accountId, email }))
  })
  // Opened ones last: they take the place of a row that was only seen.
  const all = [...(await Promise.all(seen)).flat(), ...(await Promise.all(opened))]
  const byKey = new Map(all.map((row) => [keyOf(row.accountId, row.email.id), row]))
  const { fetch } = new OfflineServer(frame, [...byKey.values()], readFile)
  return { fetch, at: frame.at }
}
