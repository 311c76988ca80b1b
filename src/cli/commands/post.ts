/** `tamar post …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define, nameOptions, nameRequired } from '../define.ts'
import { byAddress, few, field } from '../output.ts'

export function addPost(program: Command, contextOf: ContextOf): void {
  const noun = program.command('post').description('offices whose mail stays when people change')
  define(noun, contextOf, {
    grammar: 'create <address>',
    about: 'make a post with a mailbox',
    required: [
      ...nameRequired,
      ['--department <code>', 'its department'],
      ['--title <title>', 'such as SEO(A)2'],
    ],
    options: nameOptions,
    run: async ({ client, output }, { args: [address], options }) => {
      const made = await client().post('posts', { ...options, address })
      output.say(`The post ${address} is made. Nobody holds it yet.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'appoint <post> <person>',
    about: 'let a person hold a post',
    options: [
      ['--from <date>', 'from when; now, if not given'],
      ['--to <date>', 'until when; until further notice, if not given'],
      ['--acting', 'as an acting appointment'],
    ],
    run: async ({ client, output }, { args: [post = '', person], options }) => {
      const { from, to, acting } = options
      const wanted = { person, from, to, isActing: acting === true }
      const done = await client().post(at`posts/${post}/appointments`, wanted)
      output.say(`${person} holds ${post}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'end <post> <person>',
    about: 'end an appointment',
    options: [['--at <date>', 'when; now, if not given']],
    run: async ({ client, output }, { args: [post = '', person = ''], options }) => {
      const when = typeof options['at'] === 'string' ? options['at'] : undefined
      const path = at`posts/${post}/appointments/${person}`
      const done = await client().delete(path, { at: when })
      output.say(`The appointment of ${person} to ${post} ends.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'delete <post>',
    about: 'remove a post that nobody holds and that has no mail',
    run: async ({ client, output }, { args: [post = ''] }) =>
      output.say(`The post ${post} is gone.`, await client().delete(at`posts/${post}`)),
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the posts and who holds them now',
    run: async ({ client, output }) =>
      output.table(
        byAddress(await client().all('posts')),
        [
          field('address', 'address'),
          field('title', 'title'),
          field('name', 'name'),
          field('名稱', 'nameZh'),
          few('held by', ({ holders }) => holdersOf(holders)),
        ],
        'There is no post yet. Make one with: tamar post create',
      ),
  })
}

interface Holder {
  readonly address: string
  readonly isActing: boolean
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'address' in value
}

function holdersOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value
    .filter(isHolder)
    .map(({ address, isActing }) => (isActing ? `${address} (acting)` : address))
}
