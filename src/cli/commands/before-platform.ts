/** Commands that run before a platform is up: start, demo, migrate, config, key. */
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'

const runs = [
  ['start', 'run Tamar in the foreground, until Ctrl-C'],
  ['demo', 'run Tamar with a made-up government to look at'],
] as const

export function addBeforePlatform(program: Command, contextOf: ContextOf): void {
  for (const [command, about] of runs)
    define(program, contextOf, {
      grammar: command,
      about,
      options: [
        ['--port-offset <number>', 'added to every port'],
        ['--role <list>', 'what this node does: smtp, submission, imap, http, worker'],
        ['--workers <number>', 'how many processes serve'],
        ['--log-level <level>', 'debug, info, warn, error or silent'],
      ],
      run: async ({ ports, options, isJson }) => {
        const exitCode = await ports.run(command, options, isJson)
        if (exitCode !== exitCodes.done) throw new CommandFault('', exitCode)
      },
    })
  define(program, contextOf, {
    grammar: 'migrate',
    about: 'bring the database to this version; starting does it too',
    run: async ({ ports, options, output }) => {
      const applied = await ports.migrate(options)
      const said = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`
      output.say(`The database is up to date: ${said}.`, { applied })
    },
  })
  addConfig(program, contextOf)
  addKey(program, contextOf)
}

function addConfig(program: Command, contextOf: ContextOf): void {
  const config = program.command('config').description('the configuration of this node')
  define(config, contextOf, {
    grammar: 'check',
    about: 'name every fault of the configuration at once',
    run: async ({ ports, options, output }) => {
      const { isGood, text } = ports.checkConfig(options)
      if (!isGood) throw new CommandFault(text, exitCodes.config)
      output.say(text, { isGood })
    },
  })
  define(config, contextOf, {
    grammar: 'reference',
    about: 'describe every key, as Markdown',
    run: async ({ ports }) => void ports.streams.output.write(ports.configReference()),
  })
}

function addKey(program: Command, contextOf: ContextOf): void {
  const key = program.command('key').description('the master key')
  define(key, contextOf, {
    grammar: 'backup',
    about: 'divide the master key into shares, any few of which restore it',
    options: [
      ['--shares <number>', 'how many keepers there are', '5'],
      ['--threshold <number>', 'how many of them restore the key', '3'],
    ],
    run: async ({ ports, options, output, isJson }, given) => {
      const [shares, threshold] = [
        Number(given.options['shares']),
        Number(given.options['threshold']),
      ]
      const texts = await ports.backUpKey(options, { shares, threshold })
      const advice = `Give each share to another person, on paper. ${threshold} of ${shares} restore the key.`
      output.say(isJson ? '' : [...texts, advice].join('\n\n'), { shares: texts })
    },
  })
  define(key, contextOf, {
    grammar: 'make <file>',
    about: 'make a new master key, to replace the present one with',
    run: async ({ ports, output }, { args: [file = ''] }) => {
      await ports.makeKey(file)
      output.say(`A new master key is at ${file}. Keep its shares: tamar key backup.`, { file })
    },
  })
  define(key, contextOf, {
    grammar: 'restore',
    about: 'make the master key from shares on standard input, a blank line between them',
    run: restoreKey,
  })
}

async function restoreKey({ ports, options, output }: Context): Promise<void> {
  const given = await readAll(ports.streams.input)
  const shares = given
    .split(/\n\s*\n/)
    .map((share) => share.trim())
    .filter((share) => share !== '')
  if (shares.length === 0)
    throw new CommandFault('Give the shares on standard input.', exitCodes.usage)
  const path = await ports.restoreKey(options, shares)
  output.say(`The master key is at ${path} again.`, { path })
}
