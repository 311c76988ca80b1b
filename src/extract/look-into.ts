/**
 * Looks into attachments: words for whoever searches or judges them, and what is dangerous about them. One
 * budget for a whole message, so that no archive costs more than the largest honest one.
 */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { kindOf } from './kind.ts'
import { defaultLimits, plainOctetsMax } from './limits.ts'
import { officeText } from './office-text.ts'
import { plainTexts } from './plain-texts.ts'
import type { Attachment, ExtractLimits, Findings, Readers } from './types.ts'
import { entriesOf, type Entry } from './unzip.ts'

const gunzipAway = promisify(gunzip)

export async function lookInto(
  attachments: readonly Attachment[],
  limits: ExtractLimits = defaultLimits,
  readers: Readers = {},
): Promise<Findings> {
  const search = new Search(limits, readers)
  for (const attachment of attachments) await search.look(attachment, 0)
  return search
}

class Search implements Findings {
  readonly texts: string[] = []
  readonly names: string[] = []
  programs = 0
  macros = 0
  lockedArchives = 0
  unreadArchives = 0
  unreadDocuments = 0
  readonly #limits: ExtractLimits
  #filesLeft: number
  #octetsLeft: number
  #charsLeft: number
  readonly #readers: Readers
  #pdfMsLeft: number

  constructor(limits: ExtractLimits, readers: Readers) {
    this.#limits = limits
    this.#readers = readers
    this.#pdfMsLeft = limits.pdfMsMax
    this.#filesLeft = limits.filesMax
    this.#octetsLeft = limits.octetsMax
    this.#charsLeft = limits.textCharsMax
  }

  async look({ name, octets }: Attachment, depth: number): Promise<void> {
    this.names.push(name)
    const kind = kindOf(name, octets)
    if (kind === 'program') this.programs++
    else if (kind === 'closed') this.lockedArchives++
    else if (kind === 'ole') this.#lookAtOle(octets)
    else if (kind === 'pdf') await this.#readPdfFile(octets)
    else if (kind === 'text') this.#addPlain(name, octets.subarray(0, plainOctetsMax))
    else if (kind === 'zip' || kind === 'gzip') {
      if (depth >= this.#limits.depthMax) this.unreadArchives++
      else if (kind === 'zip') await this.#lookIntoZip(octets, depth)
      else await this.#lookIntoGzip(name, octets, depth)
    }
  }

  /** Old documents of Office: names of streams stand in them in UTF-16. */
  #lookAtOle(octets: Buffer): void {
    if (octets.includes(encryptedStream)) this.lockedArchives++
    else if (octets.includes(macroStream)) this.macros++
  }

  async #lookIntoZip(octets: Buffer, depth: number): Promise<void> {
    let hasMacros = false
    try {
      for await (const entry of entriesOf(octets)) {
        if (entry.name.endsWith('/')) continue
        if (entry.isEncrypted) {
          this.names.push(entry.name)
          this.lockedArchives++
          return
        }
        hasMacros ||= macroFile.test(entry.name)
        if (!this.#takes(entry)) {
          this.unreadArchives++
          return
        }
        await this.#lookAtEntry(entry, depth)
      }
    } catch {
      // Broken, or lying about its sizes: a reader may still get something out of it.
      this.unreadArchives++
    }
    if (hasMacros) this.macros++
  }

  #takes({ octets }: Entry): boolean {
    this.#filesLeft -= 1
    this.#octetsLeft -= octets
    return this.#filesLeft >= 0 && this.#octetsLeft >= 0
  }

  async #lookAtEntry(entry: Entry, depth: number): Promise<void> {
    const content = await entry.read()
    const text = officeText(entry.name, content)
    if (text !== undefined) this.#addText(text)
    // Parts of a document are no files of their own to who sees it.
    if (text !== undefined || documentPart.test(entry.name)) return
    await this.look({ name: entry.name, octets: content }, depth + 1)
  }

  async #lookIntoGzip(name: string, octets: Buffer, depth: number): Promise<void> {
    try {
      const content = await gunzipAway(octets, { maxOutputLength: Math.max(1, this.#octetsLeft) })
      this.#octetsLeft -= content.length
      const inner = name.replace(/\.t?gz$/i, '')
      // A tar is a row of files as they are: what matters stands in it in clear.
      if (content.includes('ustar')) this.#addText(content.toString('utf8', 0, plainOctetsMax))
      else await this.look({ name: inner, octets: content }, depth + 1)
    } catch {
      this.unreadArchives++
    }
  }

  #addPlain(name: string, octets: Buffer): void {
    const { html } = this.#readers
    for (const text of plainTexts(octets))
      this.#addText(html !== undefined && /\.html?$/i.test(name) ? html(text) : text)
  }

  async #readPdfFile(octets: Buffer): Promise<void> {
    const asked = { workMs: this.#pdfMsLeft, charactersMax: this.#charsLeft }
    const words = await this.#readers.pdf?.(octets, asked)
    if (words?.state === 'locked') this.lockedArchives++
    else if (words?.state !== 'whole') this.unreadDocuments++
    if (words === undefined) return
    this.#pdfMsLeft -= words.tookMs
    this.#addText(words.text)
  }

  #addText(text: string): void {
    const cut = text.slice(0, this.#charsLeft)
    this.#charsLeft -= cut.length
    if (cut !== '') this.texts.push(cut)
  }
}

const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const encryptedStream = utf16('EncryptedPackage')
const macroStream = utf16('_VBA_PROJECT')
const macroFile = /(?:^|\/)vbaProject\.bin$/i
const documentPart =
  /^(?:word|xl|ppt|docProps|_rels|customXml|META-INF)\/.*\.(?:xml|rels|vml)$|^\[Content_Types\]\.xml$/
