/**
 * A demo that was cut short while it was being made cannot be finished: its founders' passphrases and
 * its people's passwords were in the process that ended. It held nothing of anybody's, so it is thrown
 * away and made anew.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endOrphan } from '../../db/embedded/cluster.ts'
import { localFolders } from '../audit/local-audit.ts'
import type { Config } from '../config.ts'
import { StartFault } from '../start-fault.ts'

/** There from before the founding until the last password is written down. */
export function markUnfinished(config: Pick<Config, 'data'>): void {
  const marker = markerOf(config)
  mkdirSync(dirname(marker), { recursive: true, mode: 0o700 })
  writeFileSync(marker, '', { mode: 0o600 })
}

export function markFinished(config: Pick<Config, 'data'>): void {
  rmSync(markerOf(config), { force: true })
}

/** Only while this process has the data directory's lock. @throws StartFault where it is not ours. */
export async function clearUnfinished(
  config: Pick<Config, 'data' | 'objects' | 'database'>,
  onProgress: (what: string) => void,
): Promise<void> {
  const { data, objects, database } = config
  if (!existsSync(markerOf(config))) return
  if (database.kind === 'external')
    throw new StartFault(
      'The demo was cut short while it was being made. Give it an empty database, and remove ' +
        `${markerOf(config)}.`,
    )
  onProgress('the demo was cut short while it was being made: making it anew')
  const pg = join(data, 'pg')
  await endOrphan(pg)
  const { audit, witness } = localFolders(data)
  const own = [pg, audit, witness, ...(objects === join(data, 'objects') ? [objects] : [])]
  for (const folder of own) rmSync(folder, { recursive: true, force: true })
  markFinished(config)
}

function markerOf({ data }: Pick<Config, 'data'>): string {
  return join(`${data}.key`, 'demo-unfinished')
}
