/** Holds `docs/adr/` to its form: one number for each record, and what a record must say. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const headings = ['Context', 'Decision', 'Consequences', 'Alternatives'] as const

/** Every fault of the records in `docs/adr/`, as sentences. */
export function findAdrFaults(root: string): readonly string[] {
  const folder = join(root, 'docs', 'adr')
  const files = readdirSync(folder).toSorted()
  const byNumber = Map.groupBy(files, (file) => file.slice(0, 4))
  const twice = [...byNumber]
    .filter(([, group]) => group.length > 1)
    .map(([number, group]) => `${number} is the number of ${group.join(' and ')}`)
  return [
    ...twice,
    ...files.flatMap((file) => faultsOf(file, readFileSync(join(folder, file), 'utf8'))),
  ]
}

function faultsOf(file: string, text: string): readonly string[] {
  if (!/^\d{4}-[a-z0-9-]+\.md$/.test(file)) return [`${file} is not named NNNN-what.md`]
  const title = text.startsWith(`# ${file.slice(0, 4)}: `)
    ? []
    : [`${file} does not open with "# ${file.slice(0, 4)}: "`]
  const lines = new Set(text.split('\n'))
  const missing = headings.filter((heading) => !lines.has(`## ${heading}`))
  return [...title, ...missing.map((heading) => `${file} has no "## ${heading}"`)]
}
