/** Blob/upload: blobs made within a request, of given data and of ranges of others. RFC 9404 §4.1. */
import { Refusal } from '../../base/refusal.ts'
import type { Account } from '../core/account.ts'
import { isId } from '../core/arguments.ts'
import { blobCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import {
  invalidArguments,
  invalidProperties,
  MethodError,
  SetRefusal,
} from '../core/method-error.ts'
import { createAll, entriesOf, orNull } from '../core/set.ts'
import { isMediaType } from '../core/upload.ts'
import { dataSourcesMax, objectsInSetMax } from '../limits.ts'
import { uploadBlobId } from './blob.ts'
import { OpenedBlobs } from './opened.ts'

export const blobUpload: Method = {
  capability: blobCapability,
  async run(call) {
    const account = accountOf(call)
    const create = entriesOf(call.args.object('create'), 'create')
    call.args.end()
    if (create.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    if (create.some(([name]) => !isId(name))) throw invalidArguments('A creation id is an Id')
    if (!mayUpload(account)) throw new Refusal('not-permitted')
    const opened = new OpenedBlobs(account, tooLarge(account))
    const outcome = await createAll(create, {
      progress: { isChanged: false },
      create: (object) => make({ call, account, opened }, object),
      createdIds: call.createdIds,
    })
    const { done, failed } = outcome
    return { accountId: account.id, created: orNull(done), notCreated: orNull(failed) }
  },
}

/** Whoever may put something into the account, or send as it. */
export function mayUpload(account: Account): boolean {
  return account.may('mail.insert') || account.may('mail.submit')
}

interface Making {
  readonly call: MethodCall
  readonly account: Account
  readonly opened: OpenedBlobs
}

function tooLarge({ parts }: Account): () => SetRefusal {
  return () => new SetRefusal({ type: 'tooLarge', maxSize: parts.messageOctetsMax })
}

async function make(making: Making, { data, type = null, ...more }: JsonObject) {
  const { account } = making
  const { parts, principal, id: accountId } = account
  const isWrong = type !== null && (typeof type !== 'string' || !isMediaType(type))
  const wrong = [...Object.keys(more), ...(isWrong ? ['type'] : [])]
  if (wrong.length > 0) throw invalidProperties(...wrong)
  if (!Array.isArray(data) || data.length > dataSourcesMax) throw invalidProperties('data')
  const pieces: Buffer[] = []
  let octets = 0
  for (const source of data) {
    const piece = await readSource(making, source)
    octets += piece.length
    if (octets > parts.messageOctetsMax) throw tooLarge(account)()
    pieces.push(piece)
  }
  const mediaType = typeof type === 'string' ? type : 'application/octet-stream'
  const place = { account: accountId, viewer: principal.id }
  const kept = await parts.store.keepUpload(place, Buffer.concat(pieces), mediaType)
  return { id: uploadBlobId(kept.id), type: mediaType, size: kept.octets }
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A source is of one kind, whole and right, or the blob is not made. */
async function readSource(making: Making, source: Json): Promise<Buffer> {
  if (!isObject(source)) throw invalidProperties('data')
  const names = Object.keys(source)
  const { 'data:asText': text, 'data:asBase64': base64, blobId } = source
  if (names.length === 1 && typeof text === 'string') return Buffer.from(text)
  if (names.length === 1 && typeof base64 === 'string' && base64Form.test(base64))
    return Buffer.from(base64, 'base64')
  const isRange = names.every((name) => ['blobId', 'offset', 'length'].includes(name))
  if (typeof blobId !== 'string' || !isRange) throw invalidProperties('data')
  const { offset, length } = source
  return readRange(making, making.call.args.resolveId(blobId), {
    offset: unsignedOf(offset) ?? 0,
    length: unsignedOf(length),
  })
}

async function readRange(
  { opened }: Making,
  blobId: string,
  { offset, length }: { readonly offset: number; readonly length: number | undefined },
): Promise<Buffer> {
  const blob = await opened.open(blobId)
  if (blob === undefined) throw new SetRefusal({ type: 'blobNotFound', notFound: [blobId] })
  const { octets } = blob
  const end = length === undefined ? octets.length : offset + length
  if (offset > octets.length || end > octets.length) throw invalidProperties('data')
  return octets.subarray(offset, end)
}

function unsignedOf(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalidProperties('data')
  return value
}
