/** `tamar`: the command line with what it needs plugged in. What runs a platform is loaded late. */
import packageJson from '../../package.json' with { type: 'json' }
import { CommandFault } from '../cli/command-fault.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import type { CommandLinePorts, NodeOptions } from '../cli/ports.ts'
import { runProgram } from '../cli/program.ts'
import { formatFaults } from './config-faults.ts'
import { type Config, readConfig } from './config.ts'
import { formatReference } from './reference.ts'

const home = new URL('../..', import.meta.url).pathname

const ports: CommandLinePorts = {
  dataFolder: (options) => configOf(options).data,
  checkConfig,
  configReference: formatReference,
  run: async (command, options, isJson) => {
    const { runNode } = await import('./main.ts')
    // `main.ts` ends with codes of the same table.
    return (await runNode({ command, config: configOf(options), isJson })) as 0
  },
  migrate: async (options) => {
    const { migrateDatabase } = await import('./migrate.ts')
    return migrateDatabase(configOf(options))
  },
  backUpKey: async (options, wanted) => {
    const { backUpKey } = await import('./key-backup.ts')
    return backUpKey(configOf(options), wanted)
  },
  restoreKey: async (options, shares) => {
    const { restoreKey } = await import('./key-backup.ts')
    return restoreKey(configOf(options), shares)
  },
  streams: {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    isWatched: process.stderr.isTTY,
  },
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
  process.exitCode = await runProgram(process.argv.slice(2), ports, packageJson.version)
