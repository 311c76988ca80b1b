/**
 * What somebody who helps from afar must know of a node, and nothing of people: versions, states, counts,
 * sizes and metrics. No address, name, subject, id of a person or line of a log is in it; the canary
 * looks for them in it (requirement CON).
 */
import { z } from 'zod'
import type { Db } from '../../db/types.ts'
import { allPolicies } from '../../directory/policies/catalogue.ts'
import { listTasks } from '../task/rows.ts'
import { listedMax } from '../limits.ts'
import { millis } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, write } from '../verb.ts'

const table = z.strictObject({ name: z.string(), octets: z.int(), rows: z.int() })
const bundle = z.strictObject({
  madeAt: millis,
  status: z.record(z.string(), z.unknown()),
  database: z.strictObject({
    version: z.string(),
    octets: z.int(),
    settings: z.record(z.string(), z.string()),
    sessions: z.record(z.string(), z.int()),
    migrations: z.array(z.string()),
    tables: z.array(table),
  }),
  counts: z.record(z.string(), z.int()),
  queue: z.array(z.record(z.string(), z.unknown())),
  tasks: z.array(z.record(z.string(), z.unknown())),
  /** Values that are numbers or yes and no; of others, only that they were set. */
  policies: z.record(z.string(), z.union([z.number(), z.boolean(), z.literal('set')])),
  /** Prometheus’ text format; no person, address or department is a label. */
  metrics: z.string(),
})

export const supportBundle = changing({
  id: 'support-bundle.make',
  path: '/support-bundle',
  act: 'platform.status',
  summary: 'Versions, states, counts, sizes and metrics for who helps from afar; no user data.',
  input: z.object({}),
  output: bundle,
  example: {
    madeAt: 1_767_225_600_000,
    status: { version: '0.1.0' },
    database: {
      version: '18.1',
      octets: 4_000_000_000,
      settings: { fsync: 'on' },
      sessions: { idle: 4 },
      migrations: ['0001-keys.sql'],
      tables: [{ name: 'message', octets: 1_000_000, rows: 812 }],
    },
    counts: { people: 10_240 },
    queue: [],
    tasks: [],
    policies: { 'mail.recoverable-days': 30 },
    metrics: '',
  },
  run: async (ports) => {
    const { audit, writing, actor } = ports
    const act = 'platform.status'
    await write(ports, async (tx) => {
      const granted = await writing.requireGrant(tx, { act, object: {}, input: {} })
      const entry = { kind: 'privilege', act: 'support-bundle.make' } as const
      await audit.record(tx, { ...entry, ...actor, ...granted })
    })
    return makeBundle(ports)
  },
})

async function makeBundle(ports: AdminPorts): Promise<z.input<typeof bundle>> {
  const { clock, database, status, metrics, queue, writing } = ports
  const tasks = await listTasks(database, writing.keys)
  return {
    madeAt: clock.now(),
    status: { ...(await status()) },
    database: await databaseFacts(database),
    counts: countsOf(ports),
    // Destinations are opaque ids here too.
    queue: (await queue.destinations(listedMax)).map((one) => ({ ...one })),
    tasks: tasks.map(({ id, what, nodeId, state, done, total, begunAt }) => ({
      id,
      what,
      nodeId,
      state,
      done,
      total,
      begunAt,
    })),
    policies: policiesOf(ports),
    metrics: await metrics(),
  }
}

/** How much there is, whoever it belongs to. */
function countsOf({ directory, approvals }: AdminPorts): Record<string, number> {
  return {
    departments: directory.departments().length,
    people: directory.people().length,
    posts: directory.posts().length,
    sharedMailboxes: directory.sharedMailboxes().length,
    lists: directory.lists().length,
    holds: directory.holds().length,
    openRequests: approvals.list().filter(({ state }) => state === 'waiting').length,
  }
}

function policiesOf({ directory }: AdminPorts) {
  const entries = allPolicies.map((name) => {
    const value: unknown = directory.policy(name)
    const isPlain = typeof value === 'number' || typeof value === 'boolean'
    return [name, isPlain ? value : ('set' as const)] as const
  })
  return Object.fromEntries(entries)
}

const settings = ['fsync', 'synchronous_commit', 'wal_level', 'max_connections', 'shared_buffers']

async function databaseFacts(db: Db): Promise<z.input<typeof bundle>['database']> {
  const about = await db.row<{ version: string; octets: number }>({
    text: `SELECT current_setting('server_version') AS version,
      pg_database_size(current_database())::bigint AS octets`,
  })
  const set = await db.rows<{ name: string; setting: string }>({
    text: 'SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])',
    values: [settings],
  })
  const sessions = await db.rows<{ state: string; count: number }>({
    text: `SELECT coalesce(state, 'background') AS state, count(*)::bigint AS count
      FROM pg_stat_activity GROUP BY 1`,
  })
  const migrations = await db.rows<{ name: string }>({
    text: 'SELECT name FROM migration ORDER BY name',
  })
  const tables = await db.rows<{ name: string; octets: number; rows: number }>({
    text: `SELECT c.relname AS name, pg_total_relation_size(c.oid)::bigint AS octets,
        greatest(c.reltuples, 0)::bigint AS rows
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  })
  return {
    version: about?.version ?? '',
    octets: about?.octets ?? 0,
    settings: Object.fromEntries(set.map(({ name, setting }) => [name, setting])),
    sessions: Object.fromEntries(sessions.map(({ state, count }) => [state, count])),
    migrations: migrations.map(({ name }) => name),
    tables: tables.map((one) => ({ ...one })),
  }
}
