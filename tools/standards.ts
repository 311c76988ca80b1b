/**
 * Holds `docs/standards.md` and the source to each other: what the source cites is in the table, and
 * what the table says to be obeyed is cited where it says so.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const page = 'docs/standards.md'
const statuses = new Set(['yes', 'partial', 'no'])

interface Row {
  readonly rfc: string
  readonly status: string
  readonly missing: string
  readonly files: readonly string[]
}

/** Every disagreement between the page and the source, as sentences. */
export function findStandardsFaults(root: string): readonly string[] {
  const rows = readRows(readFileSync(join(root, page), 'utf8'))
  const citedBy = readCitations(root)
  const listed = new Set(rows.map(({ rfc }) => rfc))
  const unlisted = [...citedBy]
    .filter(([rfc]) => !listed.has(rfc))
    .map(([rfc, files]) => `RFC ${rfc} is cited by ${[...files][0] ?? ''} and not in ${page}`)
  const twice = [...Map.groupBy(rows, ({ rfc }) => rfc)]
    .filter(([, group]) => group.length > 1)
    .map(([rfc]) => `RFC ${rfc} has more than one row`)
  return [...unlisted, ...twice, ...rows.flatMap((row) => faultsOf(row, citedBy))]
}

function faultsOf(row: Row, citedBy: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const { rfc, status, missing, files } = row
  const faults: string[] = []
  if (!statuses.has(status)) faults.push(`RFC ${rfc} is "${status}", not yes, partial or no`)
  if (status !== 'yes' && missing === '') faults.push(`RFC ${rfc} does not say what is missing`)
  if (status !== 'no' && files.length === 0) faults.push(`RFC ${rfc} names no file`)
  const silent = files.filter((file) => citedBy.get(rfc)?.has(file) !== true)
  return [
    ...faults,
    ...silent.map((file) => `RFC ${rfc} is not cited by ${file}, or it is not there`),
  ]
}

/** Rows of five cells whose first is a number, linked or not. */
function readRows(text: string): readonly Row[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    const rfc = /^\[?(\d+)\]?/.exec(cells[1] ?? '')?.[1]
    if (rfc === undefined || cells.length !== 7) return []
    const [, , , status = '', missing = '', places = ''] = cells
    const files = Array.from(places.matchAll(/`([^`]+)`/g), ([, file = '']) => `src/${file}`)
    return [{ rfc, status, missing, files }]
  })
}

/** RFC number to the files of `src/`, tests left out, that cite it. */
function readCitations(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const citedBy = new Map<string, Set<string>>()
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue
    // A comment may break its line between the word and the number.
    for (const [, rfc = ''] of readFileSync(join(root, file), 'utf8').matchAll(/RFC[\s*]+(\d+)/g))
      citedBy.set(rfc, (citedBy.get(rfc) ?? new Set()).add(file))
  }
  return citedBy
}
