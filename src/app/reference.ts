/** Writes `docs/configuration.md` from the schema, so that the page cannot say what is not so. */
import { configKeys, type ConfigKey } from './config-keys.ts'

const opening = `# Configuration

Tamar reads \`tamar.toml\` from the working directory, the folder of the program or \`/etc/tamar\`, in
this order, or the file named by \`--config\` or \`TAMAR_CONFIG\`. A variable of the environment overrides
the file, an option of the command line overrides both. Relative paths in the file are relative to the
file; elsewhere to the working directory. \`tamar config check\` names every fault at once.

Only what a node needs before it can reach its database is here. No secret is a value: keys,
passwords and PINs are named by path. (A URL of the database may carry a password in the environment
only.)

This page is written by \`tamar config reference\`; a test holds it to the program.
`

export function formatReference(): string {
  const sections = new Map<string, ConfigKey[]>()
  for (const key of configKeys) {
    const section = key.name.split('.').slice(0, -1).join('.')
    sections.set(section, [...(sections.get(section) ?? []), key])
  }
  return [opening, ...[...sections].map(([name, keys]) => formatSection(name, keys))].join('\n')
}

function formatSection(name: string, keys: readonly ConfigKey[]): string {
  const title = name === '' ? '## At the top of the file' : `## [${name}]`
  const rows = keys.map((key) => {
    const short = key.name.slice(name === '' ? 0 : name.length + 1)
    return `| \`${short}\` | ${key.about} | ${key.allowed} | ${key.initially} | \`${key.variable}\` |`
  })
  const head = '| key | what it is | allowed | initially | variable |\n|---|---|---|---|---|'
  return `${title}\n\n${head}\n${rows.join('\n')}\n`
}
