/** `tamar backup`, `restore`, `verify-backup`: a whole platform in one sealed file, and back. */
import type { Command } from 'commander'
import type { Context, ContextOf } from '../context.ts'
import { define } from '../define.ts'
import type { BackupFacts } from '../../app/recovery.ts'
import type { OnProgress } from '../../recovery/types.ts'

export function addRecovery(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'backup <file>',
    about: 'write the whole platform into one sealed file; it may run meanwhile',
    run: async (context, { args: [file = ''] }) => {
      const { ports, options, output } = context
      const facts = await shown(context, (told) => ports.backUp(options, file, told))
      const { missingObjects: missing } = facts
      const lost =
        missing === 0
          ? ''
          : `\nThe large content of ${missing} messages was lost before: run "tamar verify".`
      const keep = 'It opens with the master key only; keep the shares of that elsewhere.'
      output.say(`${file} holds ${describe(facts)}. ${keep}${lost}`, { file, ...facts })
    },
  })
  define(program, contextOf, {
    grammar: 'restore <file>',
    about: 'bring a platform back from a backup into an empty database',
    options: [['--continued', 'nothing happened after the backup: keep every UIDVALIDITY']],
    run: async (context, { args: [file = ''], options: given }) => {
      const { ports, options, output } = context
      const wish = { file, isContinued: given['continued'] === true }
      const facts = await shown(context, (told) => ports.restore(options, wish, told))
      const next = 'Now start Tamar and run "tamar verify".'
      output.say(`Restored ${describe(facts)}. ${next}`, { file, ...facts })
    },
  })
  define(program, contextOf, {
    grammar: 'verify-backup <file>',
    about: 'read a backup whole and say whether all of it is there and unchanged',
    run: async (context, { args: [file = ''] }) => {
      const { ports, options, output } = context
      const facts = await shown(context, (told) => ports.verifyBackup(options, file, told))
      output.say(`${file} is whole: ${describe(facts)}.`, { file, ...facts })
    },
  })
}

async function shown<T>(context: Context, work: (told: OnProgress) => Promise<T>): Promise<T> {
  const progress = context.progress()
  try {
    return await work((what, done, total) => progress.at(what, done, total))
  } finally {
    progress.end()
  }
}

function describe({ platform, takenAt, rows, objects }: BackupFacts): string {
  const at = `${new Date(takenAt).toISOString().slice(0, 19)}Z`
  return `platform ${platform} as of ${at}: ${rows} rows and ${objects} objects`
}
