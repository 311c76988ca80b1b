/** Collects values from file, environment and command line, the later over the earlier. */
import type { Source } from './config-faults.ts'
import type { ConfigFile } from './config-file.ts'
import { configKeys } from './config-keys.ts'

export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of command-line options by key name: `{ data: 'x', portOffset: '100' }`. */
  readonly options: Readonly<Record<string, string | undefined>>
  /** `--config`. */
  readonly file?: string | undefined
  readonly cwd: string
  readonly home: string
}

/** One value and where it came from. */
export interface Given {
  readonly value: unknown
  readonly source: Source
  /** What a relative path is relative to. */
  readonly folder: string
}

/** By dotted key name. */
export function gather(file: ConfigFile | undefined, sources: ConfigSources): Map<string, Given> {
  const given = new Map<string, Given>()
  if (file !== undefined)
    addTable(given, file.values, '', { source: file.path, folder: file.folder })
  addEnvironment(given, sources)
  addOptions(given, sources)
  return given
}

function addTable(
  given: Map<string, Given>,
  table: Readonly<Record<string, unknown>>,
  prefix: string,
  from: Pick<Given, 'source' | 'folder'>,
): void {
  for (const [name, value] of Object.entries(table)) {
    const key = prefix === '' ? name : `${prefix}.${name}`
    if (isTable(value)) addTable(given, value, key, from)
    else given.set(key, { value, ...from })
  }
}

export function isTable(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Set)
  )
}

function addEnvironment(given: Map<string, Given>, { environment, cwd }: ConfigSources): void {
  for (const { name, variable } of configKeys) {
    const value = environment[variable]
    // An empty variable is how a service manager says "not set".
    if (value === undefined || value === '') continue
    given.set(name, { value, source: `the variable ${variable}`, folder: cwd })
  }
}

function addOptions(given: Map<string, Given>, { options, cwd }: ConfigSources): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    given.set(name, { value, source: `the option --${option}`, folder: cwd })
  }
}

/** The flat table as the schema wants it. */
export function nest(given: ReadonlyMap<string, Given>): Record<string, unknown> {
  const root: Record<string, unknown> = Object.create(null)
  for (const [key, { value }] of given) {
    const parts = key.split('.')
    const last = parts.pop() ?? key
    let table = root
    for (const part of parts) {
      const inner = table[part]
      // A value stands where a section belongs; the schema says so at the section's own key.
      table = isTable(inner) ? inner : (table[part] = Object.create(null))
    }
    table[last] = value
  }
  return root
}
