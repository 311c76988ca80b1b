/**
 * What a node remembers of accounts by message, for JMAP: read once, then only what changed since, and
 * asked against the account's modSeq before every use, as `mirror/` is (ADR 0010, ADR 0018).
 */
import type { AccountId, MessageId, PrincipalId } from '../../base/id.ts'
import { kindOf, type StoreContext } from '../context.ts'
import { changedEntriesSql } from '../entries/blocks.ts'
import { readKeywords } from '../keywords.ts'
import { rememberedEmailsMax } from '../limits.ts'
import type { AccountState } from '../mirror/account-state.ts'
import { flagBits } from '../types.ts'
import { AccountEmails, type GoneRow, type PlaceRow } from './account-emails.ts'
import type { EmailView } from './types.ts'

interface Known {
  readonly emails: AccountEmails
  /** One reading at a time. */
  reading: Promise<void> | undefined
}

interface Row {
  readonly message_id: MessageId
  readonly mailbox_id: string
  readonly uid: number
  readonly modseq: number
  /** Null where the entry is gone; so are all that follow. */
  readonly thread_id: string | null
  readonly octets: number
  readonly received_at: number
  readonly flags: number
  readonly keywords: number
  readonly shown_modseq: number
}

export class EmailMirror {
  readonly #context: StoreContext
  /** The longest unused first. */
  readonly #known = new Map<string, Known>()

  constructor(context: StoreContext) {
    this.#context = context
  }

  /** As the account is now, or later. Refusal('no-such-account'). */
  async current(account: AccountId, viewer: PrincipalId): Promise<EmailView> {
    const isShared = (await kindOf(this.#context, account)) !== 'person'
    const known = this.#take(isShared ? `${account} ${viewer}` : account)
    const state = await this.#context.mirror.accounts.current(account)
    while (known.emails.modSeq < state.modSeq) {
      known.reading ??= this.#read(known.emails, account, state, isShared ? viewer : null).finally(
        () => (known.reading = undefined),
      )
      await known.reading
    }
    this.#forgetOldest()
    return known.emails
  }

  #take(key: string): Known {
    const known = this.#known.get(key) ?? { emails: new AccountEmails(), reading: undefined }
    this.#known.delete(key)
    this.#known.set(key, known)
    return known
  }

  /** One statement: of an entry that moves, both places are seen or none. */
  async #read(
    emails: AccountEmails,
    account: AccountId,
    { modSeq, mailboxes }: AccountState,
    viewer: PrincipalId | null,
  ): Promise<void> {
    const since = emails.modSeq
    const listed = mailboxes.filter(({ id }) => id !== account)
    const changed = listed.filter(({ highestModSeq }) => highestModSeq > since)
    const isFirst = since === 0
    const ids = changed.map(({ id }) => id)
    // Of a mailbox that is new here everything is new.
    const newFrom = ids.map((id) => emails.mailboxes.find((each) => each.id === id)?.uidNext ?? 1)
    const rows = await this.#context.database.rows<Row>({
      name: `store.${viewer === null ? '' : 'shared-'}emails${isFirst ? '' : '-since'}`,
      text: (isFirst ? firstSql : sinceSql)(viewer === null ? own : shared),
      values: [
        account,
        ids,
        ...(viewer === null ? [] : [viewer]),
        ...(isFirst ? [] : [since, newFrom]),
      ],
    })
    const places = rows.flatMap((row) => placeOf(row) ?? [])
    const gone = rows.filter((row) => row.thread_id === null).map(goneOf)
    emails.keywords = await this.#keywordNames(account, places)
    emails.apply(places, gone)
    emails.mailboxes = listed
    // What the rows tell of later changes is whole too: the statement saw all of them.
    emails.modSeq = rows.reduce((latest, row) => Math.max(latest, row.modseq), modSeq)
  }

  async #keywordNames(account: AccountId, rows: readonly PlaceRow[]): Promise<readonly string[]> {
    const names = this.#context.keywordNames.get(account) ?? []
    const isCovered = rows.every(({ place }) => place.keywords < 2 ** names.length)
    return isCovered ? names : readKeywords(this.#context, account)
  }

  #forgetOldest(): void {
    let total = 0
    for (const { emails } of this.#known.values()) total += emails.ordered.length
    for (const [key, { emails, reading }] of this.#known) {
      if (total <= rememberedEmailsMax || this.#known.size === 1) return
      if (reading !== undefined) continue
      this.#known.delete(key)
      total -= emails.ordered.length
    }
  }
}

function placeOf(row: Row): PlaceRow | undefined {
  if (row.thread_id === null) return undefined
  return {
    id: row.message_id,
    threadId: row.thread_id,
    octets: row.octets,
    receivedAt: row.received_at,
    place: {
      mailboxId: row.mailbox_id,
      uid: row.uid,
      flags: row.flags,
      keywords: row.keywords,
      modSeq: row.modseq,
      shownModSeq: row.shown_modseq,
    },
  }
}

function goneOf(row: Row): GoneRow {
  return { id: row.message_id, mailboxId: row.mailbox_id, uid: row.uid }
}

interface Reader {
  readonly flags: string
  readonly join: string
  /** The number of the first parameter that is free. */
  readonly free: number
}

const seen = flagBits['\\Seen']
const own: Reader = { flags: 'e.flags', join: '', free: 3 }
const shared: Reader = {
  flags: `(e.flags | CASE WHEN s.uid IS NULL THEN 0 ELSE ${seen} END)::smallint`,
  join: `LEFT JOIN entry_seen s ON s.account_id = $1 AND s.mailbox_id = e.mailbox_id
    AND s.uid = e.uid AND s.principal_id = $3`,
  free: 4,
}

const columns = 'message_id, mailbox_id, uid, modseq, octets, flags, keywords, shown_modseq'
const select = (flags: string) => `
SELECT e.message_id, e.mailbox_id, e.uid, e.modseq, m.thread_id, e.octets, m.received_at,
  ${flags} AS flags, e.keywords, e.shown_modseq`

// $1 account $2 mailboxes. An account that is read first has lost nothing that this node knows.
const firstSql = ({ flags, join }: Reader) => `${select(flags)}
FROM entry e JOIN message m USING (account_id, message_id) ${join}
WHERE e.account_id = $1 AND e.mailbox_id = ANY($2::uuid[])`

// And the modseq since which, and for each mailbox the UID from which all entries are new.
const sinceSql = ({ flags, join, free }: Reader) => `${select(flags)}
FROM unnest($2::uuid[], $${free + 1}::bigint[]) AS asked (mailbox_id, new_from)
CROSS JOIN LATERAL (${changedEntriesSql({
  columns,
  account: '$1',
  mailbox: 'asked.mailbox_id',
  since: `$${free}`,
  newFrom: 'asked.new_from',
})}) AS e
JOIN message m ON m.account_id = $1 AND m.message_id = e.message_id ${join}
UNION ALL
SELECT message_id, mailbox_id, uid, modseq, NULL, 0, 0, 0::smallint, 0, 0
FROM entry_gone
WHERE account_id = $1 AND modseq > $${free} AND message_id IS NOT NULL AND mailbox_id <> $1`
