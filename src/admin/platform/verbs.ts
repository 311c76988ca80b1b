/** The platform itself: status and audit trail. */
import { z } from 'zod'
import type { StoredEntry } from '../../audit/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { supportBundle } from './support-bundle.ts'
import { roleIn } from '../call.ts'
import { exampleId, millis } from '../fields.ts'
import { findBreaks } from '../../audit/verify-chain.ts'
import { breaksShownMax, listedMax } from '../limits.ts'
import { changing, reading, type Verb } from '../verb.ts'

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(listedMax, `At most ${listedMax} can be shown at once.`)
  .default(100)

const status = reading({
  id: 'status.get',
  path: '/status',
  act: 'platform.status',
  summary: 'How the node is that answers.',
  input: z.object({}),
  output: z.strictObject({
    version: z.string(),
    nodeId: z.string(),
    startedAt: millis,
    isFounded: z.boolean(),
    roles: z.array(z.string()),
    listeners: z.record(z.string(), z.string()),
    queueMessages: z.int(),
    unsealedEntries: z.int(),
    checks: z.record(z.string(), z.enum(['ok', 'failed'])),
  }),
  example: {
    version: '0.1.0',
    nodeId: 'n1',
    startedAt: 1_767_225_600_000,
    isFounded: true,
    roles: ['smtp', 'imap'],
    listeners: { imaps: '0.0.0.0:993' },
    queueMessages: 0,
    unsealedEntries: 12,
    checks: { database: 'ok' },
  },
  run: async (ports) => {
    const { roles, ...rest } = await ports.status()
    return { ...rest, roles: [...roles] }
  },
})

const auditEntries = z.strictObject({
  items: z.array(
    z.strictObject({
      nodeId: z.string(),
      seq: z.int(),
      at: millis,
      entry: z.looseObject({ kind: z.string() }),
    }),
  ),
})

const auditExample = {
  items: [
    {
      nodeId: 'n1',
      seq: 7,
      at: 1_767_225_600_000,
      entry: { kind: 'administration', act: 'person.create', objectId: exampleId },
    },
  ],
}

const audit = reading({
  id: 'audit.list',
  path: '/audit/entries',
  act: 'audit.read',
  summary: 'The newest entries of the audit trail that this database still holds.',
  input: z.object({ limit }),
  output: auditEntries,
  example: auditExample,
  run: async (ports, input) => {
    // Who looks at the trail is in the trail.
    await ports.audit.recordAlone({
      kind: 'audit-read',
      event: 'list',
      ...ports.actor,
      ...roleIn(ports, 'audit.read'),
    })
    return itemsOf(await ports.audit.list(ports.database, input.limit))
  },
})

function itemsOf(entries: readonly StoredEntry[]): z.infer<typeof auditEntries> {
  return { items: entries.map((one) => ({ ...one, entry: { ...one.entry } })) }
}

const own = reading({
  id: 'audit.list-own',
  path: '/audit/own-entries',
  act: 'audit.read-own',
  summary: 'What the caller did himself, among the newest entries that this database still holds.',
  input: z.object({ limit }),
  output: auditEntries,
  example: auditExample,
  run: async (ports, input) => {
    const { principalId } = ports.caller
    if (principalId === undefined) throw new Refusal('not-permitted')
    const entries = await ports.audit.list(ports.database, listedMax)
    const his = entries.filter(({ entry }) => entry.principalId === principalId)
    return itemsOf(his.slice(0, input.limit))
  },
})

const verification = changing({
  id: 'audit.verify',
  path: '/audit/verification',
  act: 'audit.verify',
  summary:
    'Follows every chain of entries that this database still holds, with keys that only the platform has.',
  input: z.object({}),
  output: z.strictObject({
    /** Numbers left out, as a crash leaves them. */
    gaps: z.int(),
    altered: z.int(),
    /** The first of them. */
    first: z.array(z.strictObject({ nodeId: z.string(), seq: z.int() })),
  }),
  example: { gaps: 1, altered: 0, first: [] },
  run: async (ports) => {
    const entry = { kind: 'audit-read', event: 'verify', ...ports.actor } as const
    await ports.audit.recordAlone({ ...entry, ...roleIn(ports, 'audit.verify') })
    let [gaps, altered] = [0, 0]
    const first: { readonly nodeId: string; readonly seq: number }[] = []
    for await (const { nodeId, seq, what } of findBreaks(
      ports.database,
      ports.writing.keys.platform,
    )) {
      if (what === 'gap') gaps++
      else if (++altered <= breaksShownMax) first.push({ nodeId, seq })
    }
    return { gaps, altered, first }
  },
})

export const platformVerbs: readonly Verb[] = [status, audit, own, verification, supportBundle]
