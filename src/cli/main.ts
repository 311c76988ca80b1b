/** `tamar`: the command line with what it needs plugged in. What runs a platform is loaded late. */
import { CommandFault } from './command-fault.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandLinePorts, NodeOptions } from './ports.ts'
import { runProgram } from './program.ts'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatFaults } from '../app/config-faults.ts'
import { type Config, readConfig } from '../app/config.ts'
import { StartFault } from '../app/start-fault.ts'
import { formatReference } from '../app/reference.ts'
import { readVersion } from '../app/version.ts'
import { RecoveryFault } from '../recovery/types.ts'

const home = fileURLToPath(new URL('../..', import.meta.url))

const ports: CommandLinePorts = {
  dataFolder: (options) => configOf(options).data,
  checkConfig,
  configReference: formatReference,
  run: async (command, options, isJson) => {
    const { runNode } = await import('../app/run-node.ts')
    return runNode({ command, config: configOf(options), isJson })
  },
  migrate: async (options) => {
    const { migrateDatabase } = await import('../app/migrate.ts')
    return sayStartFault(migrateDatabase(configOf(options)))
  },
  backUpKey: async (options, wanted) => {
    const { backUpKey } = await import('../app/key-backup.ts')
    return sayStartFault(backUpKey(configOf(options), wanted))
  },
  makeKey: async (path) => {
    const { makeKey } = await import('../app/key-backup.ts')
    return sayStartFault(makeKey(resolve(path)))
  },
  restoreKey: async (options, shares) => {
    const { restoreKey } = await import('../app/key-backup.ts')
    return sayStartFault(restoreKey(configOf(options), shares))
  },
  backUp: async (options, file, onProgress) => {
    const { backUp } = await import('../app/recovery.ts')
    return sayRecoveryFault(backUp(configOf(options), file, onProgress))
  },
  restore: async (options, wish, onProgress) => {
    const { restore } = await import('../app/recovery.ts')
    return sayRecoveryFault(restore(configOf(options), wish, onProgress))
  },
  verifyBackup: async (options, file, onProgress) => {
    const { verifyBackupFile } = await import('../app/recovery.ts')
    return sayRecoveryFault(verifyBackupFile(configOf(options), file, onProgress))
  },
  user: {
    configFolder: join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'tamar'),
    token: process.env['TAMAR_TOKEN'],
    server: process.env['TAMAR_SERVER'],
  },
  streams: {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    isWatched: process.stderr.isTTY,
  },
}

/** What an operator can mend is one line, not a stack. */
async function sayStartFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    throw new CommandFault(error.message, exitCodes.unavailable, { cause: error })
  }
}

async function sayRecoveryFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await sayStartFault(work)
  } catch (error) {
    if (!(error instanceof RecoveryFault)) throw error
    throw new CommandFault(error.message, exitCodes.refused, { cause: error })
  }
}

function read({ config, data, portOffset, role, workers, logLevel }: NodeOptions) {
  return readConfig({
    environment: process.env,
    options: { data, portOffset, roles: role, workers, logLevel },
    file: config,
    cwd: process.cwd(),
    home,
  })
}

function configOf(options: NodeOptions): Config {
  const result = read(options)
  if ('faults' in result) throw new CommandFault(formatFaults(result.faults), exitCodes.config)
  return result.config
}

function checkConfig(options: NodeOptions) {
  const result = read(options)
  if ('faults' in result) return { isGood: false, text: formatFaults(result.faults) }
  const { config, notes } = result
  const from = config.file ?? 'no file: all defaults, environment and options'
  const lines = ['The configuration is good.', `Read from: ${from}.`, ...notes]
  return { isGood: true, text: lines.join('\n') }
}

if (import.meta.main)
  process.exitCode = await runProgram(process.argv.slice(2), ports, readVersion())
