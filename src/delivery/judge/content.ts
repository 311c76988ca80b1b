/** What is in a message, as the policy asks it: markings, dangers, whose data. */
import { lookInto } from '../../extract/look-into.ts'
import { defaultLimits } from '../../extract/limits.ts'
import type { ReadPdf } from '../../extract/pdf/types.ts'
import { headCharsMax, readGrade } from '../../marking/grade.ts'
import { readLabel } from '../../marking/label.ts'
import { PersonalDataCounter } from '../../marking/personal-data.ts'
import { attachedFiles } from '../../mime/attachments.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { findValue } from '../../mime/header.ts'
import { parseOnce } from '../../mime/parse-once.ts'
import { fileName, messageText } from '../../mime/text.ts'
import type { Part } from '../../mime/types.ts'
import type { Facts } from '../../policy/types.ts'

export interface ContentWish {
  /** Reading every word for numbers costs time: only where somebody outside gets it. */
  readonly countsPersonalData: boolean
  /** None: the words of PDF files are not judged, and the facts say so. */
  readonly readPdf: ReadPdf | undefined
}

export async function gatherContent(
  octets: Buffer,
  { countsPersonalData, readPdf }: ContentWish,
): Promise<Partial<Facts>> {
  const message = parseOnce(octets)
  const charactersMax = countsPersonalData ? undefined : headCharsMax
  const { text, names } = messageText(octets, message, charactersMax)
  const attachments = attachedFiles(octets, message, isAttached)
  const looked = await lookInto(attachments, defaultLimits, { pdf: readPdf })
  const { texts, names: within, ...dangers } = looked
  const { programs, macros, lockedArchives, unreadArchives, unreadDocuments } = dangers
  const grade = readGrade({
    subjects: valuesOf(octets, message, 'subject'),
    heads: [text, ...labelsOf(octets, message), ...texts, ...texts.flatMap(footOf)],
    fileNames: [...names, ...within],
  })
  return {
    grade,
    isEncrypted: isEncrypted(message),
    programs,
    macros,
    lockedArchives,
    unreadArchives,
    unreadDocuments,
    ...(countsPersonalData ? count([text, ...texts]) : {}),
  }
}

/** Everything that is not shown as the text of the message itself. */
const isAttached = (part: Part) => part.type !== 'text' || fileName(part) !== undefined

/** Of a document's first page: where a page is marked there, or its head is drawn last. */
function footOf(text: string): readonly string[] {
  const end = text.indexOf('\f')
  return end < 0 ? [] : [text.slice(0, end).trimEnd().split('\n').slice(-footLines).join('\n')]
}

const footLines = 6

/** RFC 7444. */
function labelsOf(octets: Buffer, message: Part): readonly string[] {
  return valuesOf(octets, message, 'sio-label').flatMap((value) => readLabel(value) ?? [])
}

/** Of messages within, too. */
function valuesOf(octets: Buffer, message: Part, name: string): readonly string[] {
  const values: string[] = []
  const visit = (part: Part, isMessage: boolean): void => {
    if (isMessage) values.push(decodeWords(findValue(octets, part.fields, name) ?? ''))
    if (part.message !== undefined) visit(part.message, true)
    for (const child of part.children) visit(child, false)
  }
  visit(message, true)
  return values
}

/** RFC 8551 §3.3 and RFC 3156 §4: the whole message, not a part that is handed on. */
function isEncrypted({ type, subtype, parameters }: Part): boolean {
  if (type === 'multipart') return subtype === 'encrypted'
  if (type !== 'application') return false
  const kind = parameters.get('smime-type')?.toLowerCase() ?? ''
  return (
    (subtype === 'pkcs7-mime' || subtype === 'x-pkcs7-mime') &&
    (kind === 'enveloped-data' || kind === 'authenveloped-data')
  )
}

function count(texts: readonly string[]): Partial<Facts> {
  const counter = new PersonalDataCounter()
  for (const text of texts) counter.add(text)
  return counter.found
}
