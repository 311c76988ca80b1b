/** The mailboxes of an account as they were at one modSeq, with their names opened. */
import type { MailboxId } from '../../base/id.ts'
import type { Mailbox } from '../types.ts'

export class AccountState {
  readonly #byId: Map<MailboxId, Mailbox>
  /** In order of their names. */
  readonly #ids: readonly MailboxId[]
  readonly #idByName: ReadonlyMap<string, MailboxId>
  #modSeq: number

  constructor(modSeq: number, mailboxes: readonly Mailbox[]) {
    const sorted = mailboxes.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    this.#modSeq = modSeq
    this.#byId = new Map(sorted.map((mailbox) => [mailbox.id, mailbox]))
    this.#ids = sorted.map(({ id }) => id)
    this.#idByName = new Map(sorted.map(({ id, name }) => [name, id]))
  }

  /** Every change up to here is in it, and none after. */
  get modSeq(): number {
    return this.#modSeq
  }

  get mailboxes(): readonly Mailbox[] {
    return this.#ids.flatMap((id) => this.#byId.get(id) ?? [])
  }

  find(id: MailboxId): Mailbox | undefined {
    return this.#byId.get(id)
  }

  findByName(name: string): Mailbox | undefined {
    const id = this.#idByName.get(name)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  /**
   * Takes over the next change, which this node made itself and which touched one mailbox. False when
   * others changed the account in between: then it is read again when it is next asked for.
   */
  advance(
    { modSeq, steps }: { readonly modSeq: number; readonly steps: number },
    id: MailboxId,
    change: (mailbox: Mailbox) => Mailbox,
  ): boolean {
    const mailbox = this.#byId.get(id)
    if (mailbox === undefined || modSeq !== this.#modSeq + steps) return false
    this.#byId.set(id, change(mailbox))
    this.#modSeq = modSeq
    return true
  }
}
