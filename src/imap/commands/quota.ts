/** GETQUOTA, GETQUOTAROOT, SETQUOTA. RFC 9208: one root for each account, named as its prefix. */
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
    await tellQuota(session, mount)
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
    session.writer.untagged(`QUOTAROOT ${mailbox} ${formatRoot(session, mount)}`)
    await tellQuota(session, mount)
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

async function tellQuota(session: Session, mount: Mount): Promise<void> {
  const quota = await session.ports.store.quota(mount.grant.accountId)
  const resources: string[] = []
  if (quota.limitOctets !== undefined) {
    const used = Math.ceil(quota.usedOctets / storageUnit)
    resources.push(`STORAGE ${used} ${Math.floor(quota.limitOctets / storageUnit)}`)
  }
  if (quota.limitMessages !== undefined) {
    resources.push(`MESSAGE ${quota.usedMessages} ${quota.limitMessages}`)
  }
  session.writer.untagged(`QUOTA ${formatRoot(session, mount)} (${resources.join(' ')})`)
}

function formatRoot(session: Session, mount: Mount): string {
  return formatMailboxName(mount.prefix, session.isUtf8)
}
