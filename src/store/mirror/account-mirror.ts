/**
 * What this node knows of accounts, asked against the database before every use: many questions at
 * once are one statement, which answers with the modSeq of each account, and with its mailboxes where
 * the node knows an older one. So an answer is never older than its question, on any node, and costs
 * a share of one round trip. Architecture D6, D7.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { withFreshKeys } from '../context.ts'
import { mirroredAccountsMax } from '../limits.ts'
import { openMailbox, type MailboxRow } from '../mailboxes/read.ts'
import type { Mailbox } from '../types.ts'
import { AccountState } from './account-state.ts'

export interface AccountMirrorOptions {
  readonly database: Database
  readonly keys: Keys
}

/** One row for an account that did not change, one for each mailbox of one that did. */
interface StateRow extends Omit<MailboxRow, 'mailbox_id'> {
  readonly account_id: AccountId
  readonly modseq: number
  readonly mailbox_id: MailboxId | null
}

type Waiting = Map<AccountId, PromiseWithResolvers<AccountState>>

export class AccountMirror {
  readonly #options: AccountMirrorOptions
  /** The longest unused first. */
  readonly #states = new Map<AccountId, AccountState>()
  #waiting: Waiting = new Map()
  #isReading = false

  constructor(options: AccountMirrorOptions) {
    this.#options = options
  }

  /** As the account is now, or later. Refusal('no-such-account'). */
  current(account: AccountId): Promise<AccountState> {
    let asked = this.#waiting.get(account)
    if (asked === undefined) {
      asked = Promise.withResolvers()
      this.#waiting.set(account, asked)
      // At the end of this turn, so that the commands of all connections that were ready go together.
      if (!this.#isReading && this.#waiting.size === 1) setImmediate(() => void this.#readWaiting())
    }
    return asked.promise
  }

  /** What is known already, when it is at least as new as `modSeq`. */
  known(account: AccountId, modSeq: number): AccountState | undefined {
    const state = this.#states.get(account)
    return state !== undefined && state.modSeq >= modSeq ? state : undefined
  }

  /** After a commit of this node that touched one mailbox. @returns the mailbox as it was before. */
  advance(
    account: AccountId,
    to: { readonly modSeq: number; readonly steps: number },
    mailbox: MailboxId,
    change: (mailbox: Mailbox) => Mailbox,
  ): Mailbox | undefined {
    const state = this.#states.get(account)
    const before = state?.find(mailbox)
    return state?.advance(to, mailbox, change) === true ? before : undefined
  }

  /** One statement at a time: whoever comes meanwhile goes with the next. Never rejects. */
  async #readWaiting(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting
      this.#waiting = new Map()
      try {
        await this.#read(waiting)
      } catch (error) {
        for (const asked of waiting.values()) asked.reject(error)
      }
    }
    this.#isReading = false
  }

  async #read(waiting: Waiting): Promise<void> {
    const accounts = [...waiting.keys()]
    const rows = await this.#options.database.rows<StateRow>({
      name: 'store.account-states',
      text: statesSql,
      values: [accounts, accounts.map((account) => this.#states.get(account)?.modSeq ?? 0)],
    })
    const byAccount = Map.groupBy(rows, (row) => row.account_id)
    for (const [account, asked] of waiting) {
      const found = byAccount.get(account)
      if (found === undefined) asked.reject(new Refusal('no-such-account', { account }))
      else asked.resolve(this.#adopt(account, found))
    }
  }

  #adopt(account: AccountId, rows: readonly StateRow[]): AccountState | Promise<AccountState> {
    const modSeq = rows[0]?.modseq ?? 0
    const known = this.#states.get(account)
    // This node may have gone on while the statement ran.
    if (known !== undefined && known.modSeq >= modSeq) return this.#keep(account, known)
    const mailboxes = rows.flatMap((row) =>
      row.mailbox_id === null ? [] : [{ ...row, mailbox_id: row.mailbox_id }],
    )
    return this.#open(account, modSeq, mailboxes)
  }

  async #open(
    account: AccountId,
    modSeq: number,
    rows: readonly MailboxRow[],
  ): Promise<AccountState> {
    const { keys } = this.#options
    const opened = keys.opened(account) ?? (await keys.account(account))
    const state = await withFreshKeys(opened, () => {
      const mailboxes = rows.map((row) => openMailbox(opened, account, row))
      return new AccountState(modSeq, mailboxes)
    })
    const known = this.#states.get(account)
    if (known !== undefined && known.modSeq >= modSeq) return known
    // An account gets its first mailboxes without a modSeq of their own: until then nothing is known.
    return rows.length === 0 ? state : this.#keep(account, state)
  }

  #keep(account: AccountId, state: AccountState): AccountState {
    this.#states.delete(account)
    this.#states.set(account, state)
    if (this.#states.size > mirroredAccountsMax) {
      const [oldest] = this.#states.keys()
      if (oldest !== undefined) this.#states.delete(oldest)
    }
    return state
  }
}

// OFFSET 0 keeps the planner from joining whole tables: an account is looked up by its key, always.
const statesSql = `
SELECT k.account_id, a.modseq, m.mailbox_id, m.name, m.role, m.is_subscribed, m.sort_order, m.uid_validity,
  m.uid_next, m.messages, m.octets, m.highest_modseq
FROM unnest($1::uuid[], $2::bigint[]) AS k (account_id, known)
CROSS JOIN LATERAL (SELECT modseq FROM account WHERE account_id = k.account_id OFFSET 0) AS a
LEFT JOIN LATERAL (SELECT mailbox_id, name, role, is_subscribed, sort_order, uid_validity, uid_next,
    messages, octets, highest_modseq
  FROM mailbox WHERE account_id = k.account_id AND a.modseq > k.known OFFSET 0) AS m ON true`
