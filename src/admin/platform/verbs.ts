/** The platform itself: status, queue, audit trail, import of people. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { nothing, text } from '../fields.ts'
import { listedMax } from '../limits.ts'
import { changing, reading, type Verb } from '../verb.ts'

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(listedMax, `At most ${listedMax} can be shown at once.`)
  .default(100)

const status = reading({
  path: 'platform/status',
  act: 'platform.operate',
  input: nothing,
  run: async (ports) => ports.status(),
})

const queue = reading({
  path: 'queue/list',
  act: 'platform.operate',
  input: z.object({ limit }),
  run: async (ports, input) => ports.queue.list(input.limit),
})

const queueRemove = changing({
  path: 'queue/remove',
  act: 'platform.operate',
  input: z.object({ id: text('The id of the message'), recipient: z.int().min(0).optional() }),
  run: async (ports, { id, recipient }) => {
    await ports.queue.remove(id, recipient)
    return {}
  },
})

const audit = reading({
  path: 'audit/list',
  act: 'platform.operate',
  input: z.object({ limit }),
  run: async (ports, input) => ports.audit.list(ports.database, input.limit),
})

const importPeople = changing({
  path: 'person/import',
  act: 'directory.write',
  input: z.object({ csv: z.string(), isDryRun: z.boolean() }),
  run: async (ports, { csv, isDryRun }) => {
    if (ports.importPeople === undefined)
      throw new Refusal('not-found', { message: 'This version of Tamar does not import people.' })
    const preview = await ports.importPeople(csv, isDryRun)
    await ports.refresh()
    return preview
  },
})

export const platformVerbs: readonly Verb[] = [status, queue, queueRemove, audit, importPeople]
