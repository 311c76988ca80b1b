/** The words of the documents in a message, as search compares them. */
import { lookInto } from '../../extract/look-into.ts'
import { defaultLimits } from '../../extract/limits.ts'
import type { ReadPdf } from '../../extract/pdf/types.ts'
import { attachedFiles, leavesOf } from '../../mime/attachments.ts'
import { foldForSearch } from '../../mime/fold.ts'
import { htmlText } from '../../mime/html-text.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { Part } from '../../mime/types.ts'
import { charactersMax } from './limits.ts'

const limits = { ...defaultLimits, textCharsMax: charactersMax }

/** Text parts are searched as bodies; pictures, sound and video have no words. */
const isDocument = ({ type }: Part) => type === 'application'

export function hasDocuments(message: Part): boolean {
  return leavesOf(message).some(isDocument)
}

export interface DocumentWords {
  /** One text for each document that has words. */
  readonly texts: readonly string[]
  /** False: a file is broken, or took longer than there was time. */
  readonly isWhole: boolean
}

export async function wordsOf(octets: Buffer, readPdf: ReadPdf): Promise<DocumentWords> {
  const files = attachedFiles(octets, parseMessage(octets), isDocument)
  const { texts, unreadDocuments } = await lookInto(files, limits, { pdf: readPdf, html: htmlText })
  const words = texts.map(foldWords).filter((text) => text !== '')
  return { texts: words, isWhole: unreadDocuments === 0 }
}

/**
 * Lines end where a page was full, not where words do: between Han characters an end of line is nothing,
 * elsewhere white space of any length is one space. Needles are folded so, too.
 */
export function foldWords(text: string): string {
  return foldForSearch(text)
    .replaceAll(/(?<=[\p{Script=Han}\u3000-\u303f])\s*\n\s*(?=[\p{Script=Han}\u3000-\u303f])/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
