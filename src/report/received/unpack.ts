/** The one file in what was sent: gzip (RFC 1952), a ZIP archive or as it is, bounded before and while it is unpacked. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { kindOf } from '../../extract/kind.ts'
import { entriesOf } from '../../extract/unzip.ts'
import { packedOctetsMax, unpackedOctetsMax, zipFilesMax } from './limits.ts'
import { ReportFault } from './types.ts'

const gunzipAway = promisify(gunzip)

/** What it is, its first octets say: senders name it as they like. @throws ReportFault */
export async function unpack(octets: Buffer): Promise<Buffer> {
  if (octets.length > packedOctetsMax) throw new ReportFault('too-large')
  const kind = kindOf('', octets)
  const plain =
    kind === 'gzip' ? await ungzip(octets) : kind === 'zip' ? await unzip(octets) : octets
  if (plain.length > unpackedOctetsMax) throw new ReportFault('unpacked-too-large')
  return plain
}

async function ungzip(octets: Buffer): Promise<Buffer> {
  try {
    return await gunzipAway(octets, { maxOutputLength: unpackedOctetsMax })
  } catch (error) {
    throw new ReportFault('not-unpacked', { cause: error })
  }
}

async function unzip(octets: Buffer): Promise<Buffer> {
  let seen = 0
  try {
    for await (const entry of entriesOf(octets)) {
      seen += 1
      if (seen > zipFilesMax) throw new ReportFault('many-files')
      if (entry.name.endsWith('/')) continue
      if (entry.isEncrypted) throw new ReportFault('locked')
      if (entry.octets > unpackedOctetsMax) throw new ReportFault('unpacked-too-large')
      return await entry.read()
    }
  } catch (error) {
    if (error instanceof ReportFault) throw error
    throw new ReportFault('not-unpacked', { cause: error })
  }
  throw new ReportFault('empty')
}
