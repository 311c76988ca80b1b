/** Rows in columns for a terminal, where a Han character is two columns wide (Unicode UAX #11). */

export type Cell = string | number | boolean | undefined

/** The head in capitals, no lines: easy to read, easy to cut with other tools. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(textOf))]
  const widths = head.map((_, at) => Math.max(...texts.map((row) => widthOf(row[at] ?? ''))))
  const last = head.length - 1
  return texts
    .map((row) =>
      row
        .map((text, at) => (at === last ? text : pad(text, widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function textOf(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  // A line break in a value must not make a row of its own.
  return String(cell).replace(/\s+/g, ' ')
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u
const unseen = /\p{Mn}/u

export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += unseen.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}
