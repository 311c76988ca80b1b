/** Finds and reads `tamar.toml` (TOML 1.0). A file that was named must be there; others may be. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type { Fault } from './config-faults.ts'

export interface ConfigFile {
  readonly path: string
  /** What relative paths in it are relative to. */
  readonly folder: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface FilePlaces {
  /** Given by `--config` or TAMAR_CONFIG. */
  readonly named: string | undefined
  /** The working directory. */
  readonly cwd: string
  /** The folder of the program. */
  readonly home: string
}

const fileName = 'tamar.toml'

/** Undefined when no file was named and none is in its usual places: all defaults then. */
export function readConfigFile(places: FilePlaces): ConfigFile | Fault | undefined {
  const path = findConfigFile(places)
  if (path === undefined) return undefined
  try {
    return { path, folder: dirname(path), values: parse(readFileSync(path, 'utf8')) }
  } catch (error) {
    return { key: '', sentence: sayWhy(path, error) }
  }
}

function findConfigFile({ named, cwd, home }: FilePlaces): string | undefined {
  if (named !== undefined) return resolve(cwd, named)
  const usual = [join(cwd, fileName), join(home, fileName), join('/etc/tamar', fileName)]
  return usual.find((path) => existsSync(path))
}

function sayWhy(path: string, error: unknown): string {
  if (error instanceof TomlError) {
    const what = error.message.split('\n')[0] ?? ''
    return `${path} cannot be read as TOML, line ${error.line}, column ${error.column}: ${what}.`
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `${path} does not exist.`
  if (code === 'EACCES') return `${path} may not be read by this user.`
  if (code === 'EISDIR') return `${path} is a folder, not a file.`
  throw error
}
