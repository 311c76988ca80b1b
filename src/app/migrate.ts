/** `tamar migrate`: brings the database to this version and stops again. */
import { systemClock } from '../base/clock.ts'
import type { Config } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { openGround } from './ground.ts'

/** @returns what was done, in words. Throws StartFault. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  const done: string[] = []
  using folder = openDataFolder(config.data)
  await using _ground = await openGround({
    config,
    folder,
    clock: systemClock,
    onProgress: (what) => void done.push(what),
    // It ends with this command; a fault of it is thrown where it is used.
    onDatabaseExit: () => undefined,
  })
  return done
}
