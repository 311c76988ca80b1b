/** The words in one part of a document: Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300). */

const readable =
  /^(?:word\/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|xl\/(?:sharedStrings\.xml|worksheets\/[^/]+\.xml|comments\d*\.xml)|ppt\/(?:slides|notesSlides)\/[^/]+\.xml|content\.xml)$/i

/** Undefined: no part with words in it. */
export function officeText(name: string, octets: Buffer): string | undefined {
  if (!readable.test(name)) return undefined
  const xml = octets.toString('utf8')
  const cells = name.startsWith('xl/worksheets/') ? withoutShared(xml) : xml
  return cells
    .replaceAll(ends, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(#x?[\da-f]+|[a-z]+);/gi, (whole, entity: string) => entityOf(whole, entity))
}

/** Where one piece of text ends: paragraphs, cells, rows, breaks. */
const ends =
  /<\/(?:w:p|a:p|text:p|text:h|si|c|row|t|table:table-cell)>|<(?:w:br|w:tab|text:tab)\b[^>]*>/g

/** Cells that name a shared string by its number have no words of their own. */
function withoutShared(xml: string): string {
  return xml.replaceAll(/<c\b[^>]*\bt="s"[^>]*>[^]*?<\/c>/g, '')
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function entityOf(whole: string, entity: string): string {
  if (!entity.startsWith('#')) return named[entity.toLowerCase()] ?? whole
  const isHex = entity[1]?.toLowerCase() === 'x'
  const code = Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
