/** A message from the properties of an Email that is created. RFC 8621 §4.6. */
import { randomBytes } from 'node:crypto'
import { newId } from '../../base/id.ts'
import { encodePhrase } from '../../address/encode-phrase.ts'
import { formatDate } from '../../mime/date.ts'
import { encodeBase64, encodeQuotedPrintable } from '../../mime/transfer.ts'
import { openBlob } from '../blob/blob.ts'
import type { Account } from '../core/account.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { partsMax } from '../limits.ts'
import { convenient, parseHeaderProperty } from './header-property.ts'
import { writeForm } from './write-header.ts'

/** Those that say where the Email stands, which are not of the message. */
const ofPlace = new Set(['mailboxIds', 'keywords', 'receivedAt'])
const ofBody = new Set(['bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues'])

/**
 * @param resolve the id that a creation of this request was given.
 * @throws SetRefusal: invalidProperties, or blobNotFound with all that are missing. */
export async function composeMessage(
  account: Account,
  object: JsonObject,
  resolve: (id: string) => string,
): Promise<Buffer> {
  const header = writeFields(account, object)
  const body = structureOf(object)
  const values = object['bodyValues'] ?? {}
  if (!isObject(values)) throw invalidProperties('bodyValues')
  const writer = new BodyWriter(account, values, resolve)
  const written = await writer.write(body)
  if (writer.missing.length > 0)
    throw new SetRefusal({ type: 'blobNotFound', notFound: [...new Set(writer.missing)] })
  return Buffer.concat([Buffer.from(header), written])
}

function writeFields(account: Account, object: JsonObject): string {
  const seen = new Set<string>()
  let text = ''
  for (const [name, value] of Object.entries(object)) {
    if (ofPlace.has(name) || ofBody.has(name)) continue
    const written = writeField(name, value, seen)
    if (written === undefined) throw invalidProperties(name)
    text += written
  }
  for (const name of headersOfRoot(object)) {
    // RFC 8621 §4.6: nothing that stands above already.
    if (seen.has(name)) throw invalidProperties('bodyStructure')
    seen.add(name)
  }
  const { clock } = account.parts
  const domain = account.grant.address.split('@')[1] ?? 'localhost'
  if (!seen.has('date')) text += `Date: ${formatDate(clock.now())}\r\n`
  if (!seen.has('message-id')) text += `Message-ID: <${newId(clock)}@${domain}>\r\n`
  return seen.has('mime-version') ? text : `${text}MIME-Version: 1.0\r\n`
}

/** Fields of the outermost part: they stand in the message's own header. */
function headersOfRoot({ bodyStructure = null }: JsonObject): readonly string[] {
  const names = isObject(bodyStructure) ? Object.keys(bodyStructure) : []
  return names.flatMap((name) => parseHeaderProperty(name)?.lowerName ?? [])
}

/** One field, or several where `:all` says so; undefined where it cannot be. */
function writeField(name: string, value: Json, seen: Set<string>): string | undefined {
  const property = convenient.get(name) ?? parseHeaderProperty(name)
  if (property === undefined || property.lowerName.startsWith('content-')) return undefined
  // RFC 8621 §4.6: the same field is not given twice.
  if (seen.has(property.lowerName)) return undefined
  if (value === null) return ''
  seen.add(property.lowerName)
  const values: readonly Json[] = property.isAll && Array.isArray(value) ? value : [value]
  if (property.isAll && !Array.isArray(value)) return undefined
  const written = values.map((each) => writeForm(each, property.form))
  if (written.includes(undefined)) return undefined
  return written.map((each) => `${fieldName(name, property.lowerName)}:${each}\r\n`).join('')
}

/** As the client wrote it, or as everybody writes it. */
function fieldName(name: string, lowerName: string): string {
  if (name.startsWith('header:')) return name.split(':')[1] ?? lowerName
  return lowerName === 'message-id'
    ? 'Message-ID'
    : lowerName.replaceAll(/(?:^|-)\w/g, (letter) => letter.toUpperCase())
}

/** The structure given, or one that the lists of parts make. */
function structureOf(object: JsonObject): JsonObject {
  const { bodyStructure, textBody = null, htmlBody = null, attachments = null } = object
  if (bodyStructure !== undefined && bodyStructure !== null) {
    if (textBody !== null || htmlBody !== null || attachments !== null || !isObject(bodyStructure))
      throw invalidProperties('bodyStructure')
    return bodyStructure
  }
  const text = onlyPart(textBody, 'textBody', 'text/plain')
  const html = onlyPart(htmlBody, 'htmlBody', 'text/html')
  const others = partsOf(attachments, 'attachments')
  const isInline = (part: JsonObject) =>
    html !== undefined && part['disposition'] === 'inline' && typeof part['cid'] === 'string'
  const bodies = [text, html].filter((part) => part !== undefined)
  const main = multipart('alternative', bodies.length > 0 ? bodies : [{ type: 'text/plain' }])
  const related = multipart('related', [main, ...others.filter(isInline)])
  return multipart('mixed', [related, ...others.filter((part) => !isInline(part))])
}

function multipart(subtype: string, subParts: readonly JsonObject[]): JsonObject {
  const [only] = subParts
  if (only !== undefined && subParts.length === 1) return only
  return { type: `multipart/${subtype}`, subParts }
}

function onlyPart(value: Json, name: string, type: string): JsonObject | undefined {
  if (value === null) return undefined
  const [part, ...more] = partsOf(value, name)
  if (part === undefined || more.length > 0 || (part['type'] ?? type) !== type)
    throw invalidProperties(name)
  return { ...part, type }
}

function partsOf(value: Json, name: string): readonly JsonObject[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw invalidProperties(name)
  return value.map((each: Json) => {
    if (!isObject(each)) throw invalidProperties(name)
    return each
  })
}

const partNames = new Set(
  'partId blobId size name type charset disposition cid language location subParts'.split(' '),
)
const typeForm = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/

class BodyWriter {
  /** Blobs that are not there. */
  readonly missing: string[] = []
  readonly #account: Account
  readonly #values: JsonObject
  readonly #resolve: (id: string) => string
  #parts = 0

  constructor(account: Account, values: JsonObject, resolve: (id: string) => string) {
    this.#account = account
    this.#values = values
    this.#resolve = resolve
  }

  /** The Content fields of the part, the empty line and its body. */
  async write(part: JsonObject): Promise<Buffer> {
    this.#parts += 1
    if (this.#parts > partsMax) throw invalidProperties('bodyStructure')
    const { type = 'text/plain', subParts = null } = part
    if (typeof type !== 'string' || !typeForm.test(type)) throw invalidProperties('type')
    const fields = partFields(part)
    return type.toLowerCase().startsWith('multipart/')
      ? this.#writeMultipart(type, fields, subParts)
      : this.#writeLeaf(part, type, fields)
  }

  async #writeMultipart(type: string, fields: string, subParts: Json): Promise<Buffer> {
    const parts = partsOf(subParts, 'bodyStructure')
    if (parts.length === 0) throw invalidProperties('bodyStructure')
    const boundary = `tamar-${randomBytes(18).toString('hex')}`
    const head = `Content-Type: ${type}; boundary="${boundary}"\r\n${fields}\r\n`
    const pieces: Buffer[] = [Buffer.from(head)]
    for (const part of parts) {
      pieces.push(Buffer.from(`--${boundary}\r\n`), await this.write(part), Buffer.from('\r\n'))
    }
    pieces.push(Buffer.from(`--${boundary}--\r\n`))
    return Buffer.concat(pieces)
  }

  async #writeLeaf(part: JsonObject, type: string, fields: string): Promise<Buffer> {
    const { partId = null, blobId = null, charset = null } = part
    if (blobId !== null) {
      if (partId !== null || typeof blobId !== 'string') throw invalidProperties('blobId')
      return this.#writeBlob(this.#resolve(blobId), type, {
        fields,
        name: part['name'] ?? null,
        charset,
      })
    }
    if (charset !== null) throw invalidProperties('charset')
    if (partId !== null && (part['size'] ?? null) !== null) throw invalidProperties('size')
    const text = partId === null ? '' : this.#valueOf(partId)
    const lines = Buffer.from(text.replaceAll(/\r\n|\r|\n/g, '\r\n'))
    const name = nameParameter(part['name'] ?? null)
    const head = `Content-Type: ${type}; charset=utf-8${name}\r\n${fields}`
    if (isPlain(lines)) return Buffer.concat([Buffer.from(`${head}\r\n`), lines])
    const encoding = 'Content-Transfer-Encoding: quoted-printable\r\n\r\n'
    return Buffer.from(`${head}${encoding}${encodeQuotedPrintable(lines)}`)
  }

  #valueOf(partId: Json): string {
    const value = typeof partId === 'string' ? this.#values[partId] : undefined
    if (!isObject(value) || typeof value['value'] !== 'string')
      throw invalidProperties('bodyValues')
    // RFC 8621 §4.6: both must be false or left out.
    if (value['isEncodingProblem'] === true || value['isTruncated'] === true)
      throw invalidProperties('bodyValues')
    return value['value']
  }

  async #writeBlob(
    blobId: string,
    type: string,
    given: { readonly fields: string; readonly name: Json; readonly charset: Json },
  ): Promise<Buffer> {
    const blob = await openBlob(this.#account, blobId)
    if (blob === undefined) {
      this.missing.push(blobId)
      return Buffer.alloc(0)
    }
    const { charset } = given
    const isCharset = typeof charset === 'string' && /^[\w:.+-]{1,60}$/.test(charset)
    if (charset !== null && !isCharset) throw invalidProperties('charset')
    const parameter = isCharset && type.startsWith('text/') ? `; charset=${charset}` : ''
    const head = `Content-Type: ${type}${parameter}${nameParameter(given.name)}\r\n${given.fields}`
    // RFC 2046 §5.2.1: a message within is never encoded.
    if (type.toLowerCase() === 'message/rfc822')
      return Buffer.concat([
        Buffer.from(`${head}Content-Transfer-Encoding: 8bit\r\n\r\n`),
        blob.octets,
      ])
    const encoding = 'Content-Transfer-Encoding: base64\r\n\r\n'
    return Buffer.from(`${head}${encoding}${encodeBase64(blob.octets)}`)
  }
}

/** ASCII in lines that every server carries. */
function isPlain(octets: Buffer): boolean {
  let start = 0
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0
    if (octet > 126 || octet === 0) return false
    if (octet === 10) start = at + 1
    else if (at - start > 990) return false
  }
  return true
}

/** Disposition, id, language and location, and fields given by their names. */
function partFields(part: JsonObject): string {
  let text = ''
  const { disposition = null, cid = null, language = null, location = null, name = null } = part
  if (disposition !== null || name !== null) {
    const kind = disposition ?? 'attachment'
    if (typeof kind !== 'string' || !/^[\w-]{1,60}$/.test(kind))
      throw invalidProperties('disposition')
    text += `Content-Disposition: ${kind}${fileNameParameter(name)}\r\n`
  }
  if (cid !== null) {
    if (typeof cid !== 'string' || !/^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(cid))
      throw invalidProperties('cid')
    text += `Content-ID: <${cid}>\r\n`
  }
  if (language !== null) {
    const isRight =
      Array.isArray(language) && language.every((l) => /^[\w-]{1,60}$/.test(String(l)))
    if (!isRight) throw invalidProperties('language')
    text += `Content-Language: ${language.join(', ')}\r\n`
  }
  if (location !== null) {
    if (typeof location !== 'string' || !/^[\x21-\x7e]{1,900}$/.test(location))
      throw invalidProperties('location')
    text += `Content-Location: ${location}\r\n`
  }
  return text + namedFields(part)
}

/** Those that the properties of a part write, and its encoding, which is ours to choose. */
const writtenFields = new Set(
  ['type', 'transfer-encoding', 'disposition', 'id', 'language', 'location'].map(
    (name) => `content-${name}`,
  ),
)

/** Fields given by their names, each once. */
function namedFields(part: JsonObject): string {
  const seen = new Set(writtenFields)
  let text = ''
  for (const [key, value] of Object.entries(part)) {
    if (partNames.has(key)) continue
    const property = parseHeaderProperty(key)
    const written = property === undefined ? undefined : writeForm(value, property.form)
    if (property === undefined || written === undefined || seen.has(property.lowerName))
      throw invalidProperties(key)
    seen.add(property.lowerName)
    text += `${fieldName(key, property.lowerName)}:${written}\r\n`
  }
  return text
}

/** For programs that know no RFC 2231: encoded words, as most write them. */
function nameParameter(name: Json): string {
  if (name === null) return ''
  if (typeof name !== 'string') throw invalidProperties('name')
  const phrase = encodePhrase(name)
  return `;\r\n name=${phrase.startsWith('"') ? phrase : `"${phrase}"`}`
}

/** RFC 2231 §4. */
function fileNameParameter(name: Json): string {
  if (name === null) return ''
  if (typeof name !== 'string') throw invalidProperties('name')
  if (/^[\w .()+-]{1,200}$/.test(name)) return `;\r\n filename="${name}"`
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `;\r\n filename*=UTF-8''${encoded}`
}
