/**
 * Blobs by their ids: `M` and the id of an Email for its octets, `U` and an id for an upload, and after
 * either any number of `p1_2`: that part of it, decoded; `S` and more for what a script says. RFC 8620 §6,
 * RFC 8621 §4.1.1, RFC 9661 §2.2.
 */
import type { Account } from '../core/account.ts'
import { parseMessage } from '../../mime/parse.ts'
import { fileName } from '../../mime/text.ts'
import { decodeTransfer } from '../../mime/transfer.ts'
import type { Part } from '../../mime/types.ts'
import { filtersOf, scriptBlobId } from '../sieve-script/script.ts'
import { findPart } from '../email/part-id.ts'

export interface Blob {
  readonly octets: Buffer
  readonly type: string
  readonly name: string | undefined
}

const blobForm = /^([MU])([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})((?:p\d+(?:_\d+)*)*)$/
const partSteps = /p(\d+(?:_\d+)*)/g

export const emailBlobId = (emailId: string): string => `M${emailId}`
export const uploadBlobId = (uploadId: string): string => `U${uploadId}`

/** @param of the blob of the message. */
export function partBlobId(of: string, partId: string): string {
  return `${of}p${partId.replaceAll('.', '_')}`
}

/** Whether it could be one. */
export function isBlobId(id: string): boolean {
  return blobForm.test(id) || id.startsWith('S')
}

/** Undefined: it is no blob of a message. */
export function emailOfBlob(
  blobId: string,
): { readonly emailId: string; readonly isPart: boolean } | undefined {
  const [, kind, emailId = '', path = ''] = blobForm.exec(blobId) ?? []
  return kind === 'M' ? { emailId, isPart: path !== '' } : undefined
}

/** Without reading more than is needed. Undefined: there is none, or none for him. */
export async function findBlobOctets(
  account: Account,
  blobId: string,
): Promise<number | undefined> {
  const [, kind, id = '', path] = blobForm.exec(blobId) ?? []
  if (kind === undefined || path !== '') return (await openBlob(account, blobId))?.octets.length
  if (kind === 'U') {
    const place = { account: account.id, viewer: account.principal.id }
    return (await account.parts.store.openUpload(place, id))?.octets
  }
  const reading = await account.read()
  const email = reading.find(id)
  if (email !== undefined) await account.recordRead([email], reading)
  return email?.octets
}

/** Undefined: there is none, or none for him. Others' mail is read into the audit trail first. */
export async function openBlob(account: Account, blobId: string): Promise<Blob | undefined> {
  if (blobId.startsWith('S')) return openScript(account, blobId)
  const match = blobForm.exec(blobId)
  if (match === null) return undefined
  const [, kind, id = '', path = ''] = match
  const whole = kind === 'M' ? await openEmail(account, id) : await openUploaded(account, id)
  let blob = whole
  for (const [, partId = ''] of path.matchAll(partSteps))
    blob = blob && openPart(blob.octets, partId.replaceAll('_', '.'))
  return blob
}

function openScript(account: Account, blobId: string): Blob | undefined {
  if (!account.may('filter.read-own')) return undefined
  const found = filtersOf(account).find((filter) => scriptBlobId(filter) === blobId)
  if (found === undefined) return undefined
  return { octets: Buffer.from(found.script), type: 'application/sieve', name: found.name }
}

async function openEmail(account: Account, id: string): Promise<Blob | undefined> {
  const reading = await account.read()
  const email = reading.find(id)
  const [place] = email === undefined ? [] : reading.placesOf(email)
  if (email === undefined || place === undefined) return undefined
  await account.recordRead([email], reading)
  const octets = await account.parts.store.content(account.id, place.mailboxId, place.uid)
  return { octets, type: 'message/rfc822', name: undefined }
}

async function openUploaded(account: Account, id: string): Promise<Blob | undefined> {
  const place = { account: account.id, viewer: account.principal.id }
  const upload = await account.parts.store.openUpload(place, id)
  if (upload === undefined) return undefined
  return { octets: await upload.read(), type: upload.mediaType, name: undefined }
}

function openPart(octets: Buffer, partId: string): Blob | undefined {
  const part = findPart(parseMessage(octets), partId)
  if (part === undefined) return undefined
  return { octets: partOctets(octets, part), type: mediaTypeOf(part), name: fileName(part) }
}

export function partOctets(octets: Buffer, part: Part): Buffer {
  return decodeTransfer(octets.subarray(part.bodyStart, part.end), part.encoding)
}

export function mediaTypeOf({ type, subtype }: Part): string {
  return `${type}/${subtype}`
}
