/** The words of an HTML body, for search and previews. Linear, and no judge of what HTML is right. */

/** Elements that part no words. All others do. */
const inline = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark o:p q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

/** Elements whose content nobody reads. */
const hidden = new Set(['style', 'script', 'title', 'template', 'noscript'])

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  shy: '',
  zwnj: '',
  zwj: '',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  laquo: '«',
  raquo: '»',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  para: '¶',
  deg: '°',
  plusmn: '±',
  times: '×',
  divide: '÷',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
  ntilde: 'ñ',
}

/**
 * White space is folded to single spaces.
 * @param charactersMax reading may stop when the text has so many: it has them all, or more.
 */
export function htmlText(html: string, charactersMax = Infinity): string {
  const pieces: string[] = []
  let at = 0
  let read = 0
  let wanted = charactersMax
  for (;;) {
    while (at < html.length && read < wanted) {
      const open = html.indexOf('<', at)
      const end = open < 0 ? html.length : open
      const tag = open < 0 ? noTag(end) : readTag(html, open)
      pieces.push(html.slice(at, end), tag.text)
      read += end - at + tag.text.length
      at = tag.end
    }
    const text = decodeReferences(pieces.join('')).replaceAll(/\s+/g, ' ').trim()
    if (at >= html.length || text.length >= charactersMax) return text
    // What was read was white space for the most part.
    wanted = 4 * read
  }
}

/** What stands in the place of pictures, and beside what is pointed at. */
export function htmlTitles(html: string): readonly string[] {
  return [...html.matchAll(titles)].map(([, double, single]) =>
    decodeReferences(double ?? single ?? ''),
  )
}

const titles = /\s(?:alt|title)\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)')/gi

const noTag = (end: number) => ({ text: '', end })

/** What stands for the tag in the text, and where reading goes on. */
function readTag(html: string, open: number): { readonly text: string; readonly end: number } {
  if (html.startsWith('<!--', open)) return { text: '', end: after(html, '-->', open + 4) }
  tagName.lastIndex = open + 1
  const name = tagName.exec(html)?.[0].toLowerCase()
  // `a < b` is text.
  if (name === undefined) return { text: '<', end: open + 1 }
  const end = after(html, '>', open)
  if (hidden.has(name)) return { text: ' ', end: endOfHidden(html, name, end) }
  return { text: inline.has(name.replace('/', '')) ? '' : ' ', end }
}

const tagName = /[!?/]?[a-z][a-z\d:]{0,20}/iy

/** The place after the next `mark`; without one, the end: an unclosed tag hides what follows. */
function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from)
  return at < 0 ? html.length : at + mark.length
}

function endOfHidden(html: string, name: string, from: number): number {
  const close = closing[name]
  if (close === undefined) return from
  close.lastIndex = from
  const found = close.exec(html)
  return found === null ? html.length : found.index
}

const closing: Readonly<Record<string, RegExp>> = Object.fromEntries(
  [...hidden].map((name) => [name, new RegExp(`</${name}`, 'gi')]),
)

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]\w{1,10}));?/g, decodeOne)
}

function decodeOne(
  written: string,
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? written) : written
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD'
}
