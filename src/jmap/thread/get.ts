/** Thread/get and Thread/changes. RFC 8621 §3. */
import type { AccountReading } from '../core/account.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { answerChanges, findEmailChanges, type Change } from '../core/changes.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'

export const threadGet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const properties = propertiesOf(call.args, ['id', 'emailIds'])
    call.args.end()
    const reading = await account.read()
    const wanted = ids ?? allOf(reading)
    requireFew(wanted.length)
    const found = wanted.map((id) => ({ id, emails: reading.threadOf(id) }))
    const list = found
      .filter(({ emails }) => emails.length > 0)
      .map(({ id, emails }) => pick({ id, emailIds: emails.map((each) => each.id) }, properties))
    const notFound = found.filter(({ emails }) => emails.length === 0).map(({ id }) => id)
    return { accountId: account.id, state: reading.state, list, notFound }
  },
}

function allOf(reading: AccountReading): readonly string[] {
  const ids = new Set<string>()
  for (const email of reading.view.ordered) if (reading.isShown(email)) ids.add(email.threadId)
  return [...ids]
}

export const threadChanges: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const reading = await account.read()
    const { page } = await answerChanges(call, reading, findThreadChanges)
    return { accountId: account.id, ...page }
  },
}

/** A thread changes when a message joins or leaves it. */
async function findThreadChanges(
  reading: AccountReading,
  since: number,
): Promise<readonly Change[]> {
  const changes = await findEmailChanges(reading, since)
  const moved = changes.filter(({ kind }) => kind !== 'updated')
  const created = new Set(moved.filter(({ kind }) => kind === 'created').map(({ id }) => id))
  return [...Map.groupBy(moved, ({ threadId }) => threadId)].map(([id, of]) => {
    const now = reading.threadOf(id)
    const was = of.some(({ kind }) => kind === 'destroyed') || now.some((e) => !created.has(e.id))
    const kind = now.length === 0 ? 'destroyed' : was ? 'updated' : 'created'
    return { id, modSeq: Math.max(...of.map(({ modSeq }) => modSeq)), kind }
  })
}
