/** `tamar password …` and `tamar app-password …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given, listOf } from '../define.ts'
import { field, moment } from '../output.ts'
import { readPasswords } from '../read-password.ts'

export function addPassword(program: Command, contextOf: ContextOf): void {
  const noun = program.command('password').description('the password a person signs in with')
  define(noun, contextOf, {
    grammar: 'set <person>',
    about: 'set a password; a good one is made and shown if none is given',
    options: [['--stdin', 'read it from standard input; your own after the present one']],
    run: setPassword,
  })
}

/** For one's own the present one is read first. */
async function setPassword(context: Context, { args: [person = ''], options }: Given) {
  const { ports, client, output, target } = context
  const isOwn = person === 'me' || person === target().address
  const isGiven = options['stdin'] === true
  const prompts = [...(isOwn ? ['Present password: '] : []), ...(isGiven ? ['New password: '] : [])]
  const typed = [...(await readPasswords(ports.streams, prompts))]
  const present = isOwn ? (typed.shift() ?? '') : undefined
  const password = isGiven ? (typed.shift() ?? '') : undefined
  const done = await client().put(at`people/${person}/password`, { password, present })
  const made = passwordIn(done)
  const shown = made === undefined ? '' : ` It is: ${made}`
  const next = isOwn ? ' Sign in with it again.' : ''
  output.say(`The password of ${person} is set.${shown}${next}`, done)
}

export function addSecondFactor(program: Command, contextOf: ContextOf): void {
  const noun = program.command('second-factor').description('passkeys and codes of people')
  define(noun, contextOf, {
    grammar: 'reset <person>',
    about: 'take away the passkeys and codes of who has lost them',
    run: async ({ client, output }, { args: [person = ''] }) => {
      const done = await client().delete(at`people/${person}/factors`)
      output.say(`${person} has no second factor any more and adds one at the next sign-in.`, done)
    },
  })
}

export function addAppPassword(program: Command, contextOf: ContextOf): void {
  const noun = program.command('app-password').description('passwords for mail programs')
  define(noun, contextOf, {
    grammar: 'create <person>',
    about: 'make an app password; it is shown once',
    required: [['--label <text>', 'what it is for']],
    options: [
      ['--scopes <list>', 'imap, smtp, jmap, dav, sieve; imap,smtp if not given'],
      ['--expires <date>', 'when it ends; never, if not given'],
    ],
    run: async ({ client, output }, { args: [person = ''], options }) => {
      const { label, expires: expiresAt } = options
      const wanted = { label, expiresAt, scopes: listOf(options['scopes']) }
      const made = await client().post(at`people/${person}/app-passwords`, wanted)
      output.say(`The app password of ${person} is: ${passwordIn(made) ?? ''}`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'revoke <person> <id>',
    about: 'end an app password',
    run: async ({ client, output }, { args: [person = '', id = ''] }) => {
      const done = await client().delete(at`people/${person}/app-passwords/${id}`)
      output.say(`The app password ${id} opens nothing any more.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'list <person>',
    about: 'show a person’s app passwords',
    run: async ({ client, output }, { args: [person = ''] }) =>
      output.table(
        await client().all(at`people/${person}/app-passwords`),
        [
          field('id', 'id'),
          field('label', 'label'),
          field('scopes', 'scopes'),
          moment('made', 'createdAt'),
          moment('expires', 'expiresAt'),
          moment('last used', 'lastUsedAt'),
        ],
        `${person} has no app password.`,
      ),
  })
}

function passwordIn(answer: unknown): string | undefined {
  const has = typeof answer === 'object' && answer !== null && 'password' in answer
  return has && typeof answer.password === 'string' ? answer.password : undefined
}
