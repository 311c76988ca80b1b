/** The files of a ZIP archive, one after the other, each bounded before it is unpacked. */
import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

export interface Entry {
  readonly name: string
  readonly isEncrypted: boolean
  /** Unpacked, as the archive says; that it has more than that is an error of reading it. */
  readonly octets: number
  read(): Promise<Buffer>
}

/** @throws when the archive is broken */
export async function* entriesOf(archive: Buffer): AsyncGenerator<Entry> {
  const zip = await fromBufferPromise(archive, { lazyEntries: true })
  for await (const entry of zip.eachEntry())
    yield {
      name: entry.fileName,
      isEncrypted: entry.isEncrypted(),
      octets: entry.uncompressedSize,
      read: async () => buffer(await zip.openReadStreamPromise(entry)),
    }
}
