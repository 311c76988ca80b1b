/** `tamar migrate`: brings the database to this version and stops again. */
import { systemClock } from '../base/clock.ts'
import { CommandFault } from '../cli/command-fault.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import type { Config } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { openGround } from './ground.ts'
import { StartFault } from './start-fault.ts'

/** @returns what was done, in words. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  const done: string[] = []
  try {
    using folder = openDataFolder(config.data)
    const onProgress = (what: string) => void done.push(what)
    // It ends with this command; a fault of it is thrown where it is used.
    const onDatabaseExit = () => undefined
    await using _ground = await openGround({
      config,
      folder,
      clock: systemClock,
      onProgress,
      onDatabaseExit,
    })
    return done
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    throw new CommandFault(error.message, exitCodes.unavailable, { cause: error })
  }
}
