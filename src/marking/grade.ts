/**
 * The classification a message is marked with: in English and Chinese (both scripts), in the subject, at
 * the head of its body and of documents, in names of files. Pure. A word of a sentence is no marking: it
 * stands by itself, in brackets, or before a colon or dash.
 */

export const grades = ['none', 'restricted', 'confidential', 'secret', 'top-secret'] as const
export type Grade = (typeof grades)[number]

export interface Marked {
  readonly subjects: readonly string[]
  /** The beginning of the body, and of each document. */
  readonly heads: readonly string[]
  readonly fileNames: readonly string[]
}

const english = 'TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED'
const chinese = '絕對機密|绝对机密|高度機密|高度机密|機密|机密|限閱文件|限阅文件|限閱|限阅'
/** `TEMPORARY CONFIDENTIAL`, `RESTRICTED (STAFF)`, `機密文件`. */
const marking = String.raw`(?:TEMP(?:ORARY|\.)? )?(${english}|${chinese})(?:文件|級|级)?(?: ?\((?:[A-Z ]{2,30}|[\p{Script=Han}]{1,10})\))?`

const gradeOfWord: ReadonlyMap<string, Grade> = new Map([
  ['TOP SECRET', 'top-secret'],
  ['SECRET', 'secret'],
  ['CONFIDENTIAL', 'confidential'],
  ['RESTRICTED', 'restricted'],
  ['絕對機密', 'top-secret'],
  ['绝对机密', 'top-secret'],
  ['高度機密', 'secret'],
  ['高度机密', 'secret'],
  ['機密', 'confidential'],
  ['机密', 'confidential'],
  ['限閱文件', 'restricted'],
  ['限阅文件', 'restricted'],
  ['限閱', 'restricted'],
  ['限阅', 'restricted'],
])

/** In brackets, wherever it stands, in any case. */
const bracketed = new RegExp(String.raw`[[{(<〔【《「『]\s*${marking}\s*[\])}>〕】》」』]`, 'giu')
/** Alone on a line, perhaps between stars or lines, or with a word before it that says what it is. */
const alone = new RegExp(
  String.raw`^[\s*#_=~\-|]*(?:(?:[Cc]lassification|CLASSIFICATION|[Mm]arking|MARKING|密級|密级|保密等級)\s*[::]\s*)?${marking}[\s*#_=~\-|.]*$`,
  'u',
)
/** At the beginning of a subject, in capitals. */
const leading = new RegExp(
  String.raw`^(?:(?:RE|FW|FWD|AW|答復|回覆|回复|轉寄|转发)\s*: *)*${marking}\s*(?:[:\-–—/|,]|$)`,
  'u',
)
/** At its end, or parted from it. */
const trailing = new RegExp(String.raw`[:\-–—/|]\s*${marking}\s*$`, 'u')
/** A part of a file's name. */
const inName = new RegExp(
  String.raw`(?:^|[\s_.\-()[\]【】])${marking}(?=$|[\s_.\-()[\]【】])`,
  'gu',
)

/** The highest of all that stand on it. */
export function readGrade({ subjects, heads, fileNames }: Marked): Grade {
  const found = [
    ...subjects.map(gradeOfSubject),
    ...heads.flatMap((head) => linesOf(head).map(gradeOfLine)),
    ...fileNames.map(gradeOfName),
  ]
  return highest(found)
}

export function highest(found: readonly Grade[]): Grade {
  return found.reduce((a, b) => (grades.indexOf(b) > grades.indexOf(a) ? b : a), 'none' as Grade)
}

function gradeOfSubject(subject: string): Grade {
  const text = plain(subject.slice(0, subjectCharsMax))
  return highest([
    ...matches(text.toUpperCase(), bracketed),
    gradeOf(leading.exec(upperHead(text))),
    gradeOf(trailing.exec(text)),
  ])
}

/** Prefixes of answers may be in any case, the marking itself must be as it is written. */
function upperHead(text: string): string {
  return text.replace(/^(?:(?:re|fwd?|aw)\s*: *)+/i, (head) => head.toUpperCase())
}

function gradeOfLine(line: string): Grade {
  const bare = line.replaceAll(/^[ *#_=~\-|]+|[ *#_=~\-|]+$/g, '')
  const spaced = /^(?:[A-Z] ){4,}[A-Z]$/.test(bare) ? bare.replaceAll(' ', '') : line
  // `TOP  S E C R E T` written apart has lost its one space that counts.
  const text = spaced === 'TOPSECRET' ? 'TOP SECRET' : spaced
  const inBrackets = matches(wholeLine(text), bracketed)
  return highest([gradeOf(alone.exec(text)), ...inBrackets])
}

/** Brackets count in a body only where they are the whole line. */
function wholeLine(line: string): string {
  return /^[[{(<〔【《「『][^\])}>〕】》」』]*[\])}>〕】》」』]$/u.test(line)
    ? line.toUpperCase()
    : ''
}

function gradeOfName(name: string): Grade {
  const text = plain(name.slice(0, subjectCharsMax))
  return highest([...matches(text, inName), ...matches(text.toUpperCase(), bracketed)])
}

function matches(text: string, pattern: RegExp): readonly Grade[] {
  return Array.from(text.matchAll(pattern), gradeOf)
}

function gradeOf(match: RegExpMatchArray | null): Grade {
  return gradeOfWord.get(match?.[1] ?? '') ?? 'none'
}

/** Where a marking stands at the head: the first lines that have something in them. */
function linesOf(head: string): readonly string[] {
  const lines: string[] = []
  for (const written of head.slice(0, headCharsMax).split(/\r?\n/)) {
    const line = plain(written)
    if (line !== '') lines.push(line.slice(0, lineCharsMax))
    if (lines.length === headLinesMax) break
  }
  return lines
}

/** Of a text at least so much is needed: nobody looks for a marking further down. */
export const headCharsMax = 4_000
/** Real subjects and names end before. */
const subjectCharsMax = 1_000
const headLinesMax = 12
/** A marking is short; of a longer line the beginning is read. */
const lineCharsMax = 100

/** Wide letters are letters, what cannot be seen is nothing, white space is one space. */
function plain(text: string): string {
  const short = text.slice(0, headCharsMax)
  if (isPlain.test(short)) return short.trim()
  return short
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Printable ASCII without two spaces in a row: most lines. */
const isPlain = /^(?:[\x21-\x7e]| (?! ))*$/
