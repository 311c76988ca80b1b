/** Blob/get: octets, or digests of them, within a response. RFC 9404 §4.2. */
import { hash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import type { Account } from '../core/account.ts'
import { blobCapability, digestAlgorithms } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import type { Arguments } from '../core/arguments.ts'
import { idsOfGet } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { blobDataOctetsMax } from '../limits.ts'
import { findBlobOctets } from './blob.ts'
import { OpenedBlobs } from './opened.ts'

export const blobGet: Method = {
  capability: blobCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    if (ids === undefined) throw invalidArguments('All blobs are not listed: ids is missing')
    const asked = askedOf(call.args)
    call.args.end()
    const opened = new OpenedBlobs(account, () => new MethodError('requestTooLarge'))
    const list: object[] = []
    const notFound: string[] = []
    let shown = 0
    for (const id of ids) {
      const found = await readOne(account, opened, id, asked)
      if (found === undefined) {
        notFound.push(id)
        continue
      }
      shown += found.shown
      if (shown > blobDataOctetsMax) throw new MethodError('requestTooLarge')
      list.push(found.answer)
    }
    return { accountId: account.id, list, notFound }
  },
}

interface BlobAsked {
  readonly properties: ReadonlySet<string>
  readonly offset: number
  readonly length: number | undefined
}

const data = ['data', 'data:asText', 'data:asBase64']
const known = new Set(['id', 'size', ...data, ...digestAlgorithms.map((each) => `digest:${each}`)])

function askedOf(args: Arguments): BlobAsked {
  const properties = args.stringsOrNull('properties') ?? ['data', 'size']
  const unknown = properties.find((name) => !known.has(name))
  if (unknown !== undefined) throw invalidArguments(`Unknown property: ${unknown}`)
  const offset = args.unsigned('offset') ?? 0
  return { properties: new Set(properties), offset, length: args.unsigned('length') }
}

async function readOne(
  account: Account,
  opened: OpenedBlobs,
  id: string,
  asked: BlobAsked,
): Promise<{ readonly answer: object; readonly shown: number } | undefined> {
  const { properties } = asked
  if ([...properties].every((name) => name === 'id' || name === 'size')) {
    const size = await findBlobOctets(account, id)
    if (size === undefined) return undefined
    return { answer: { id, ...(properties.has('size') && { size }) }, shown: 0 }
  }
  const blob = await opened.open(id)
  if (blob === undefined) return undefined
  const { octets, isTruncated } = rangeOf(blob.octets, asked)
  const text = data.some((name) => properties.has(name)) ? dataOf(octets, properties) : {}
  const digests = digestAlgorithms
    .filter((each) => properties.has(`digest:${each}`))
    .map((each) => [`digest:${each}`, hash(hashNames[each], octets, 'base64')])
  const answer = {
    id,
    ...text,
    ...Object.fromEntries(digests),
    ...(isTruncated && { isTruncated }),
    ...(properties.has('size') && { size: blob.octets.length }),
  }
  return { answer, shown: Object.keys(text).length === 0 ? 0 : octets.length }
}

/** As RFC 9404 calls them, and as OpenSSL does. */
const hashNames = { sha: 'sha1', 'sha-256': 'sha256', 'sha-512': 'sha512' } as const

/** What there is of the range that is wanted. */
function rangeOf(
  all: Buffer,
  { offset, length }: BlobAsked,
): { readonly octets: Buffer; readonly isTruncated: boolean } {
  const end = offset + (length ?? Math.max(all.length - offset, 0))
  return { octets: all.subarray(offset, end), isTruncated: end > all.length }
}

function dataOf(octets: Buffer, properties: ReadonlySet<string>): object {
  const isText = isUtf8(octets)
  const wantsText = properties.has('data:asText') || (properties.has('data') && isText)
  const wantsBase64 = properties.has('data:asBase64') || (properties.has('data') && !isText)
  const mindsEncoding = properties.has('data') || properties.has('data:asText')
  return {
    ...(wantsText && { 'data:asText': isText ? octets.toString('utf8') : null }),
    ...(wantsBase64 && { 'data:asBase64': octets.toString('base64') }),
    ...(mindsEncoding && !isText && { isEncodingProblem: true }),
  }
}
