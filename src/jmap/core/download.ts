/** Downloading binary data, whole or a range of it. RFC 8620 §6.2, RFC 9110 §14. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { openBlob } from '../blob/blob.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Account } from './account.ts'

const typeForm = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:\s*;\s*[\w-]{1,60}=[\w"-]{1,60})*$/

export interface DownloadAsked {
  readonly blobId: string
  readonly name: string
  readonly type: string | undefined
}

/** Whatever it is, it is shown as a file to keep, never as a page of ours. */
export async function download(
  account: Account,
  asked: DownloadAsked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const blob = await openBlob(account, asked.blobId)
  if (blob === undefined) throw new Refusal('not-found')
  const type = asked.type !== undefined && typeForm.test(asked.type) ? asked.type : blob.type
  const { octets } = blob
  void reply
    .header('content-type', type)
    .header('content-disposition', disposition(asked.name))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('accept-ranges', 'bytes')
    // What a blob id names never changes; a copy of mail in a cache outlives its sign-in.
    .header('cache-control', 'private, no-store')
    .header('etag', `"${asked.blobId}"`)
  const range = rangeOf(request.headers, octets.length, `"${asked.blobId}"`)
  if (range === 'whole') return reply.send(octets)
  if (range === 'none')
    return reply.code(416).header('content-range', `bytes */${octets.length}`).send('')
  void reply.code(206).header('content-range', `bytes ${range[0]}-${range[1]}/${octets.length}`)
  return reply.send(octets.subarray(range[0], range[1] + 1))
}

type Range = readonly [first: number, last: number]

/** One range; several, and what cannot be read, are answered with the whole (RFC 9110 §14.2). */
function rangeOf(
  headers: FastifyRequest['headers'],
  octets: number,
  tag: string,
): Range | 'whole' | 'none' {
  const condition = headers['if-range']
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '')
  if (match === null || (condition !== undefined && condition !== tag)) return 'whole'
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    const length = Math.min(Number(to), octets)
    return length === 0 ? 'none' : [octets - length, octets - 1]
  }
  const first = Number(from)
  const last = to === '' ? octets - 1 : Math.min(Number(to), octets - 1)
  if (to !== '' && Number(to) < first) return 'whole'
  return first >= octets ? 'none' : [first, last]
}

/** RFC 6266 §4.1, RFC 8187: the name in ASCII for old programs, and as it is. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\w .()+-]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
