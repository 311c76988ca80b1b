/** `tamar login`, `logout`, `whoami`, `session …` */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import { createClient } from '../client.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { field, moment } from '../output.ts'
import { readPasswords } from '../read-password.ts'
import { readSessions, writeSessions } from '../session-file.ts'

export function addSession(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'login <address>',
    about: 'sign in as a person; what follows is done in his roles',
    options: [['--code', 'read a code of a second factor after the password']],
    run: login,
  })
  define(program, contextOf, {
    grammar: 'logout',
    about: 'sign out, on every node',
    run: logout,
  })
  define(program, contextOf, {
    grammar: 'whoami',
    about: 'say who you are to the platform',
    run: whoAmI,
  })
  const noun = program.command('session').description('who is signed in at the admin API')
  define(noun, contextOf, {
    grammar: 'list [person]',
    about: 'show the open sessions of a person, or your own',
    run: async ({ client, output }, { args: [person = 'me'] }) =>
      output.table(
        await client().all(at`people/${person}/sessions`),
        [
          field('id', 'id'),
          moment('since', 'createdAt'),
          moment('last used', 'usedAt'),
          moment('ends', 'expiresAt'),
          field('from', 'remoteAddress'),
        ],
        'Nobody is signed in.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'end <person> <id>',
    about: 'end a session on every node',
    run: async ({ client, output }, { args: [person = '', id = ''] }) => {
      const done = await client().delete(at`people/${person}/sessions/${id}`)
      output.say(`The session ${id} is over.`, done)
    },
  })
}

const openedSchema = z.object({ token: z.string(), expiresAt: z.number() })

/** Who has a second factor gives its code, or a recovery code, after the password. */
async function login(
  context: Context,
  { args: [address = ''], options: given }: Given,
): Promise<void> {
  const { ports, options, output, target } = context
  const prompts = [`Password of ${address}: `, ...(given['code'] === true ? ['Code: '] : [])]
  const [password = '', code] = await readPasswords(ports.streams, prompts)
  const { name, place, caPath: ca } = target()
  const client = createClient({
    target: { ...target(), token: undefined },
    reason: options.reason,
    ticket: options.ticket,
  })
  const { token, expiresAt } = openedSchema.parse(
    await client.post('sessions', { address, password, code }),
  )
  const { configFolder } = ports.user
  const { servers, current } = readSessions(configFolder)
  const session = { token, address, expiresAt, ...(ca === undefined ? {} : { ca }) }
  const now = place.kind === 'server' ? name : current
  writeSessions(configFolder, {
    servers: { ...servers, [name]: session },
    ...(now === undefined ? {} : { current: now }),
  })
  const until = new Date(expiresAt).toISOString().slice(0, 16)
  output.say(`You are ${address} at ${name}, until ${until}Z or 15 minutes without a command.`, {
    address,
    server: name,
    expiresAt,
  })
}

async function logout(context: Context): Promise<void> {
  const { ports, client, output, target } = context
  const { name, token } = target()
  if (token === undefined)
    throw new CommandFault(`Nobody is signed in at ${name}.`, exitCodes.refused)
  try {
    await client().delete('sessions/current')
  } catch (error) {
    // A token that had ended already: what is left is to forget it.
    if (!(error instanceof CommandFault) || error.exitCode !== exitCodes.refused) throw error
  }
  const { configFolder } = ports.user
  const { servers, current } = readSessions(configFolder)
  const { [name]: _, ...others } = servers
  const keeps = current !== undefined && current !== name
  writeSessions(configFolder, { servers: others, ...(keeps ? { current } : {}) })
  output.say(`Signed out at ${name}.`, { server: name })
}

const meSchema = z.object({
  kind: z.enum(['operator', 'person']),
  address: z.string().nullable(),
  department: z.string().nullable(),
  roles: z.array(z.object({ role: z.string(), department: z.string().nullable() })).default([]),
})

async function whoAmI({ client, output, target }: Context): Promise<void> {
  const answer = await client().get('me')
  const { kind, address, department, roles } = meSchema.parse(answer)
  const { name } = target()
  if (kind === 'operator')
    return output.say(`You are the operator of the machine, at ${name}.`, answer)
  const held = roles.map((one) =>
    one.department === null ? `${one.role} for all` : `${one.role} for ${one.department}`,
  )
  const roleText = held.length === 0 ? 'no role' : held.join(', ')
  return output.say(`You are ${address} of ${department} at ${name}: ${roleText}.`, answer)
}
