/**
 * A whole node to be measured: the embedded PostgreSQL with fsync, audit and sealing as in service,
 * people with app passwords, and IMAP without TLS on loopback besides the usual listeners. It says
 * where it is in one line, a target description, and runs until it is told to stop. Started again with the file of
 * its target, it goes on with what is there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createAppPassword } from '../src/access/write/create-app-password.ts'
import { scopes } from '../src/access/credentials/content.ts'
import { formatFaults } from '../src/app/config-faults.ts'
import { readConfig, type Config } from '../src/app/config.ts'
import type { OwnedFounding } from '../src/app/founding.ts'
import { startNode, type RunningNode } from '../src/app/node.ts'
import type { Platform } from '../src/app/platform.ts'
import { hourMs } from '../src/base/clock.ts'
import { createDepartment } from '../src/directory/write/create-department.ts'
import { createPerson } from '../src/directory/write/create-person.ts'
import { settleMs } from '../src/store/search/limits.ts'
import { liveInputs } from './queue/inputs.ts'
import type { Target, TargetUser } from './target.ts'

const domain = 'bench.example'

/** Messages put into the queue in one transaction. */
const queuedAtOnce = 100

/** The last people are kept out of the common load: their mailboxes may be filled apart. */
const specialPeople = 20

/** Where mail for other systems goes: name servers, and the port of everybody's mail server. */
interface Outside {
  readonly resolver: string
  readonly port: string
}

function benchConfig(data: string, outside: Outside | undefined): Config {
  const result = readConfig({
    environment: {},
    options: {
      data,
      ...(outside && {
        'outbound.send': 'direct',
        'outbound.resolvers': outside.resolver,
        'outbound.port': outside.port,
        'outbound.loopback': 'true',
      }),
      logLevel: process.env['BENCH_LOG_LEVEL'],
      // Not measured, and two nodes at once would meet at its port.
      'listen.sieve': 'off',
      ...Object.fromEntries(
        ['smtp', 'submission', 'submissions', 'imaps', 'imapPlaintext', 'https'].map((name) => [
          `listen.${name}`,
          '127.0.0.1:0',
        ]),
      ),
    },
    cwd: data,
    home: data,
  })
  if ('faults' in result) throw new Error(formatFaults(result.faults))
  return result.config
}

/** One department and its people, each with the password of one mail program. */
async function fill(
  platform: Platform,
  founding: OwnedFounding,
  count: number,
): Promise<readonly TargetUser[]> {
  await founding.enterDemo()
  const { access, directory, ground, writing } = platform
  const { database } = ground
  const departmentId = await database.transaction((tx) =>
    createDepartment(tx, writing, {
      code: 'BENCH',
      names: { en: 'Measurement', zh: '量度' },
      domains: [domain],
    }),
  )
  const addresses = Array.from({ length: count }, (_, at) => `user${at + 1}@${domain}`)
  const users = await database.transaction(async (tx) => {
    const made: TargetUser[] = []
    for (const address of addresses) {
      const names = { en: address, zh: '' }
      const personId = await createPerson(tx, writing, { departmentId, address, names })
      const credentials = { ...writing, requireGrant: access.requireGrant }
      const input = { personId, label: 'bench', scopes }
      const { appPassword } = await createAppPassword(tx, credentials, input)
      made.push({ user: address, pass: appPassword })
    }
    return made
  })
  await directory.refresh()
  await access.refresh()
  return users
}

function describe({ listeners, caPath }: RunningNode, users: readonly TargetUser[]): Target {
  const { smtp, imapPlaintext: imap, imaps, https } = listeners
  if (smtp === undefined || imap === undefined || imaps === undefined || https === undefined)
    throw new Error('a listener that is measured is not open')
  const web = { ...https, caPath }
  const rest = { users, special: specialPeople, pids: [process.pid] }
  return { name: 'tamar', smtp, imap, imaps, https: web, ...rest }
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    people: { type: 'string', default: '220' },
    target: { type: 'string' },
    resolver: { type: 'string' },
    port: { type: 'string' },
    queued: { type: 'string', default: '0' },
  },
})
if (values.data === undefined) throw new Error('--data: the empty folder to run in')

const stop = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.resolve())
const { resolver, port } = values
const outside = resolver !== undefined && port !== undefined ? { resolver, port } : undefined
/** Who there is on a folder that has run before: the target that was written then says. */
const before = values.target !== undefined && existsSync(values.target) ? values.target : undefined
let users: readonly TargetUser[] =
  before === undefined ? [] : (JSON.parse(readFileSync(before, 'utf8')) as Target).users
/** Text is packed ten minutes behind deliveries: for a measure they pass at once. */
let aheadMs = 0
const node = await startNode({
  config: benchConfig(values.data, outside),
  clock: { now: () => Date.now() + aheadMs },
  onProgress: (what) => console.error(`… ${what}`),
  onFatal: (why) => stop.reject(new Error(why)),
  prepare: async (platform, founding) => {
    if (before === undefined) users = await fill(platform, founding, Number(values.people))
  },
})
// In an hour, which comes when somebody says so.
const firstAttemptAt = Date.now() + hourMs
const queued = before === undefined ? liveInputs(Number(values.queued)) : []
for (let at = 0; at < queued.length; at += queuedAtOnce)
  await node.platform.queue.enqueue(
    queued.slice(at, at + queuedAtOnce).map((input) => ({ ...input, firstAttemptAt })),
  )
process.on('SIGUSR1', () => {
  aheadMs += hourMs
})
const target = JSON.stringify(describe(node, users))
if (values.target !== undefined) writeFileSync(values.target, target, { mode: 0o600 })
console.log(target)
process.on('SIGUSR2', () => {
  aheadMs += settleMs
  void node.platform.store.packTexts().then((packed) => console.log(`packed ${packed}`))
})
try {
  await stop.promise
} finally {
  await node[Symbol.asyncDispose]()
}
