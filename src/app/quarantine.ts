/** Plugs together what was set aside: who is told, who asks for it, what becomes of it. */
import type { HeldMail, HeldMessage } from '../admin/held/port.ts'
import { dayMs } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { endHeldCopy } from '../delivery/quarantine/end.ts'
import { reasonWords } from '../delivery/quarantine/reasons.ts'
import { tellOwners } from '../delivery/quarantine/tell-owners.ts'
import type { HeldCopy } from '../queue/held/types.ts'
import type { Platform } from './platform.ts'
import { addressesByAccount } from './quota-notices.ts'

type Ground = Pick<Platform, 'directory' | 'held' | 'queue' | 'delivery' | 'clock'>

export function createHeldMail(ground: Ground): HeldMail {
  const { held, queue, delivery } = ground
  const shown = (copies: readonly HeldCopy[]) =>
    copies.flatMap((copy) => viewOf(ground, copy) ?? [])
  const get = async (id: string) => {
    const copy = await held.find(id)
    if (copy === undefined) throw gone()
    return copy
  }
  return {
    waitingFor: async (accounts) => shown(await held.waitingFor(accounts)),
    requested: async () => shown(await held.requested()),
    request: async (tx, id, by) => held.request(tx, await get(id), by),
    letGo: async (tx, id) => {
      await get(id)
      await queue.release(tx, { kind: 'message', messageId: id })
    },
    refuse: async (tx, id) => {
      const copy = await get(id)
      if (keptAccounts(ground).includes(copy.accountId))
        throw new Refusal('message-held', { what: 'held copy', id })
      if (!(await endHeldCopy(ground, tx, copy, 'refused'))) throw gone()
      tx.afterCommit(() => delivery.logHeldEnd(copy, 'refused'))
    },
  }
}

function gone(): Refusal {
  const message = 'Nothing of this number is set aside any more.'
  return new Refusal('not-found', { field: 'held', message })
}

/** Undefined: whom it was for is here no more. He may have moved since: where he is now counts. */
function viewOf({ directory }: Ground, copy: HeldCopy): HeldMessage | undefined {
  const { id, accountId, heldAt, request, facts } = copy
  const owner = directory.findAddress(facts.recipient)
  if (owner?.kind !== 'account' || owner.accountId !== accountId) return undefined
  const { departmentId, address } = owner
  const { messageId, from, subject, octets, reason, isDangerous } = facts
  const expiresAt = heldAt + directory.policy('mail.held-days') * dayMs
  const about = reasonWords(reason).en
  const whose = { id, messageId, accountId, departmentId, address }
  return { ...whose, from, subject, octets, reason, about, heldAt, expiresAt, isDangerous, request }
}

/** A matter keeps their mail from being destroyed: what was set aside for them as well. */
function keptAccounts({ directory }: Pick<Ground, 'directory'>): readonly AccountId[] {
  return directory.holds().map(({ accountId }) => accountId)
}

/** @returns how many owners were told. */
export async function tellHeldMail(platform: Platform): Promise<number> {
  const { directory, ground, held, queue, clock, config } = platform
  const addresses = addressesByAccount(directory)
  return tellOwners({
    database: ground.database,
    held,
    queue,
    clock,
    hostname: config.hostname,
    addressOf: (account) => addresses.get(account),
    everyHours: directory.policy('mail.held-digest-hours'),
    heldDays: directory.policy('mail.held-days'),
  })
}

/** Nobody let it go in time. */
export async function expireHeldMail(
  platform: Ground & Pick<Platform, 'ground' | 'audit'>,
): Promise<void> {
  const { directory, held, delivery, clock, ground, audit } = platform
  const before = clock.now() - directory.policy('mail.held-days') * dayMs
  for (const copy of await held.heldBefore(before, keptAccounts(platform)))
    await ground.database.transaction(async (tx) => {
      // Another node was quicker.
      if (!(await endHeldCopy(platform, tx, copy, 'expired'))) return
      const about = { objectId: copy.id, fields: ['expired'] }
      await audit.record(tx, { kind: 'administration', act: 'held.release', ...about })
      tx.afterCommit(() => delivery.logHeldEnd(copy, 'expired'))
    })
}
