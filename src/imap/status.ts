/** The numbers of STATUS. RFC 9051 §6.3.11, RFC 7162, RFC 8438, RFC 8474, RFC 7889, RFC 9208. */
import { flagBits, type Mailbox } from '../store/types.ts'
import type { Session } from './session.ts'
import type { StatusItem } from './wire/parse-status.ts'

interface Counts {
  readonly unseen: number
  readonly deleted: number
}

const noCounts: Counts = { unseen: 0, deleted: 0 }

/** `MESSAGES 3 UIDNEXT 7`. */
export async function formatStatus(
  session: Session,
  mailbox: Mailbox,
  items: readonly StatusItem[],
): Promise<string> {
  const { store } = session.ports
  const needsCounts = items.includes('UNSEEN') || items.includes('DELETED')
  const counts = needsCounts
    ? await store.counts(mailbox.accountId, mailbox.id, session.principal.id)
    : noCounts
  const deletedOctets = items.includes('DELETED-STORAGE') ? await deletedSum(session, mailbox) : 0
  const limit = session.ports.limits.appendOctetsMax
  if (items.includes('HIGHESTMODSEQ')) session.enabled.isCondstore = true
  const values: Readonly<Record<StatusItem, string | number>> = {
    MESSAGES: mailbox.messages,
    RECENT: 0,
    UIDNEXT: mailbox.uidNext,
    UIDVALIDITY: mailbox.uidValidity,
    UNSEEN: counts.unseen,
    DELETED: counts.deleted,
    'DELETED-STORAGE': deletedOctets,
    SIZE: mailbox.octets,
    HIGHESTMODSEQ: Math.max(1, mailbox.highestModSeq),
    MAILBOXID: `(${mailbox.id})`,
    APPENDLIMIT: limit,
  }
  return items.map((item) => `${item} ${values[item]}`).join(' ')
}

async function deletedSum(session: Session, mailbox: Mailbox): Promise<number> {
  const { store } = session.ports
  const { accountId, id } = mailbox
  const { entries } = await store.entries(accountId, id, session.principal.id)
  const isDeleted = ({ flags }: { readonly flags: number }) => (flags & flagBits['\\Deleted']) !== 0
  const uids = entries.filter(isDeleted).map((entry) => entry.uid)
  if (uids.length === 0) return 0
  const facts = await store.facts(accountId, id, uids)
  return facts.reduce((sum, { octets }) => sum + octets, 0)
}
