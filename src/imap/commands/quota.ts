/**
 * GETQUOTA, GETQUOTAROOT, SETQUOTA. RFC 9208: one root for each account that has a limit, named as its
 * prefix. A root without a resource cannot be told, so an account without a limit has none.
 */
import { Refusal } from '../../base/refusal.ts'
import { command, no, ok, signedInStates } from '../command.ts'
import type { Mount } from '../namespace.ts'
import { normalizedName, parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName } from '../wire/format-string.ts'

/** STORAGE counts units of 1,024 octets (RFC 9208 §5.1). */
const storageUnit = 1024

export const getQuota = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    return normalizedName(cursor.astring(), session.isUtf8)
  },
  async run(session, root) {
    const mount = session.mounts().find(({ prefix }) => prefix === root)
    if (mount === undefined) throw new Refusal('not-found')
    const resources = await resourcesOf(session, mount)
    if (resources.length === 0) throw new Refusal('not-found')
    tellQuota(session, mount, resources)
    return ok('That is the quota')
  },
})

export const getQuotaRoot = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    return parseMailboxName(cursor, session)
  },
  async run(session, wireName) {
    const { mount, name } = session.place(wireName)
    await session.ports.store.mailboxByName(mount.grant.accountId, name)
    session.permit('mail.read', mount.grant)
    const mailbox = formatMailboxName(wireName, session.isUtf8)
    const resources = await resourcesOf(session, mount)
    const isLimited = resources.length > 0
    session.writer.untagged(
      `QUOTAROOT ${mailbox}${isLimited ? ` ${formatRoot(session, mount)}` : ''}`,
    )
    if (isLimited) tellQuota(session, mount, resources)
    return ok('That is the quota')
  },
})

export const setQuota = command({
  states: signedInStates,
  parse(cursor: Cursor) {
    cursor.space()
    cursor.astring()
    cursor.space()
    cursor.list(() => {
      cursor.atom()
      cursor.space()
      cursor.number64()
    }, true)
  },
  run: () => no('Quotas are set by the department, not from a mail program', 'NOPERM'),
})

async function resourcesOf(session: Session, mount: Mount): Promise<readonly string[]> {
  const quota = await session.ports.store.quota(mount.grant.accountId)
  const resources: string[] = []
  if (quota.limitOctets !== undefined) {
    const used = Math.ceil(quota.usedOctets / storageUnit)
    resources.push(`STORAGE ${used} ${Math.floor(quota.limitOctets / storageUnit)}`)
  }
  if (quota.limitMessages !== undefined) {
    resources.push(`MESSAGE ${quota.usedMessages} ${quota.limitMessages}`)
  }
  return resources
}

function tellQuota(session: Session, mount: Mount, resources: readonly string[]): void {
  session.writer.untagged(`QUOTA ${formatRoot(session, mount)} (${resources.join(' ')})`)
}

function formatRoot(session: Session, mount: Mount): string {
  return formatMailboxName(mount.prefix, session.isUtf8)
}
