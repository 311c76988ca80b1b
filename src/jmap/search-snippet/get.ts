/** SearchSnippet/get: where in a message the words were found. RFC 8621 §5. */
import { decodeWords } from '../../mime/encoded-word.ts'
import { foldForSearch } from '../../mime/fold.ts'
import { findValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import { messageText } from '../../mime/text.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { requireFew } from '../core/get.ts'
import { parseFilter } from '../core/query.ts'
import { conditionsOf, readCondition } from '../email/filter.ts'
import { readContent } from '../email/get.ts'

export const searchSnippetGet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const ids = [...new Set(call.args.ids('emailIds'))]
    call.args.end()
    requireFew(ids.length)
    const tests = conditionsOf(filter).flatMap(({ texts }) => texts)
    const wordsOf = (...wheres: readonly string[]) =>
      tests.flatMap((t) => (t.kind === 'text' && wheres.includes(t.where) ? t.needle : []))
    const reading = await account.read()
    const found = ids.flatMap((id) => reading.find(id) ?? [])
    await account.recordRead(found, reading)
    const list: object[] = []
    for (const email of found) {
      const octets = await readContent(account, reading, email)
      if (octets === undefined) continue
      const part = parseMessage(octets)
      const subject = decodeWords(findValue(octets, part.fields, 'subject') ?? '')
      const { text } = messageText(octets, part)
      list.push({
        emailId: email.id,
        subject: mark(subject, wordsOf('text', 'subject'), subject.length),
        preview: mark(text, wordsOf('text', 'body'), snippetCharacters),
      })
    }
    const shown = new Set(found.map(({ id }) => id))
    const notFound = ids.filter((id) => !shown.has(id))
    return { accountId: account.id, list, notFound: notFound.length === 0 ? null : notFound }
  },
}

/** RFC 8621 §5: a preview has 255 octets at most, marks and all; Han characters have three each. */
const previewOctetsMax = 255
const snippetCharacters = 60
/** What stands before the first word that was found. */
const leadCharacters = 15

/** With `<mark>` around each word; null where none is there. */
function mark(text: string, words: readonly string[], characters: number): string | null {
  const folded = foldInPlace(text)
  const needles = words.map((word) => foldInPlace(word)).filter((word) => word !== '')
  const firsts = needles.map((needle) => folded.indexOf(needle)).filter((at) => at !== -1)
  if (firsts.length === 0) return null
  const isWhole = characters >= text.length
  const first = Math.min(...firsts)
  const start = isWhole ? 0 : wholeCharacter(text, Math.max(0, first - leadCharacters))
  for (let length = characters; ; length = Math.floor(length * 0.8)) {
    const end = isWhole ? text.length : wholeCharacter(text, start + length)
    const marked = markRange(text, folded, needles, { start, end })
    if (isWhole || length < 8 || Buffer.byteLength(marked) <= previewOctetsMax) return marked
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

function markRange(text: string, folded: string, needles: readonly string[], range: Range): string {
  let marked = ''
  let at = range.start
  while (at < range.end) {
    const needle = needles.find((each) => folded.startsWith(each, at))
    const end = needle === undefined ? at + 1 : Math.min(at + needle.length, range.end)
    const piece = escape(text.slice(at, end))
    marked += needle === undefined ? piece : `<mark>${piece}</mark>`
    at = end
  }
  return marked.replaceAll(/\s+/g, ' ')
}

/** Case and width folded where that keeps the length, so that places are those of the text. */
function foldInPlace(text: string): string {
  return Array.from(text)
    .map((character) => {
      const folded = foldForSearch(character)
      return folded.length === character.length ? folded : character
    })
    .join('')
}

function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code < 0xe000 ? at + 1 : at
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
