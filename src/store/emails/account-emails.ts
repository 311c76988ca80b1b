/** The messages of one account as one viewer sees them, in order, by id and by thread. */
import type { MailboxId, MessageId } from '../../base/id.ts'
import type { Mailbox } from '../types.ts'
import { changesRememberedMax } from '../limits.ts'
import type { EmailFacts, EmailPlace, EmailView } from './types.ts'

interface KnownEmail extends EmailFacts {
  places: readonly EmailPlace[]
}

/** An entry as it is now. */
export interface PlaceRow extends Omit<EmailFacts, 'places'> {
  readonly place: EmailPlace
}

interface Change {
  readonly modSeq: number
  readonly email: KnownEmail
}

/** An entry that is no more. */
export interface GoneRow {
  readonly id: MessageId
  readonly mailboxId: MailboxId
  readonly uid: number
}

export class AccountEmails implements EmailView {
  modSeq = 0
  mailboxes: readonly Mailbox[] = []
  keywords: readonly string[] = []
  #ordered: KnownEmail[] = []
  readonly #byId = new Map<MessageId, KnownEmail>()
  readonly #threads = new Map<string, KnownEmail[]>()
  /** Since it was first read, or since later: ascending. */
  #changes: Change[] = []
  #changesFrom = 0

  get ordered(): readonly EmailFacts[] {
    return this.#ordered
  }

  find(id: MessageId): EmailFacts | undefined {
    return this.#byId.get(id)
  }

  inOrder(emails: Iterable<EmailFacts>): readonly EmailFacts[] {
    return [...emails].sort(compare)
  }

  changedSince(modSeq: number): Iterable<EmailFacts> {
    if (modSeq < this.#changesFrom) return this.#ordered
    const changed = new Set<EmailFacts>()
    for (let at = this.#changes.length - 1; at >= 0; at -= 1) {
      const change = this.#changes[at]
      if (change === undefined || change.modSeq <= modSeq) break
      changed.add(change.email)
    }
    return changed
  }

  thread(id: string): readonly EmailFacts[] | undefined {
    return this.#threads.get(id)
  }

  threads(): Iterable<readonly EmailFacts[]> {
    return this.#threads.values()
  }

  /** Rows may be known already; of one entry the latest counts. */
  apply(rows: readonly PlaceRow[], gone: readonly GoneRow[]): void {
    const fresh: KnownEmail[] = []
    for (const row of rows) {
      const known = this.#byId.get(row.id)
      if (known === undefined) fresh.push(this.#add(row))
      else known.places = [...without(known.places, row.place), row.place]
    }
    this.#insert(fresh)
    this.#remember(rows)
    for (const { id, mailboxId, uid } of gone) this.#lose(id, { mailboxId, uid })
  }

  #remember(rows: readonly PlaceRow[]): void {
    // Of an account that is read first nobody knows an older state.
    const isFirst = this.modSeq === 0
    const changes = isFirst ? [] : rows.flatMap((row) => this.#changeOf(row) ?? [])
    changes.sort((a, b) => a.modSeq - b.modSeq)
    if (isFirst) this.#changesFrom = rows.reduce((most, row) => Math.max(most, row.place.modSeq), 0)
    this.#changes.push(...changes)
    const over = this.#changes.length - changesRememberedMax
    if (over <= 0) return
    // Half of them, so that it need not be done each time.
    const gone = this.#changes.splice(0, over + changesRememberedMax / 2)
    this.#changesFrom = gone.at(-1)?.modSeq ?? this.#changesFrom
  }

  #changeOf({ id, place }: PlaceRow): Change | undefined {
    const email = this.#byId.get(id)
    return email && { modSeq: place.modSeq, email }
  }

  #add({ id, threadId, octets, receivedAt, place }: PlaceRow): KnownEmail {
    const email = { id, threadId, octets, receivedAt, places: [place] }
    this.#byId.set(id, email)
    const thread = this.#threads.get(threadId)
    if (thread === undefined) this.#threads.set(threadId, [email])
    else thread.splice(rankIn(thread, email), 0, email)
    return email
  }

  /** New mail is mostly the latest; an account that is read first comes as a whole. */
  #insert(fresh: readonly KnownEmail[]): void {
    if (fresh.length > this.#ordered.length) {
      this.#ordered = [...this.#ordered, ...fresh].sort(compare)
      return
    }
    for (const email of fresh) this.#ordered.splice(rankIn(this.#ordered, email), 0, email)
  }

  #lose(id: MessageId, place: Pick<EmailPlace, 'mailboxId' | 'uid'>): void {
    const email = this.#byId.get(id)
    if (email === undefined) return
    email.places = without(email.places, place)
    if (email.places.length > 0) return
    this.#byId.delete(id)
    remove(this.#ordered, email)
    const thread = this.#threads.get(email.threadId) ?? []
    remove(thread, email)
    if (thread.length === 0) this.#threads.delete(email.threadId)
  }
}

function without(
  places: readonly EmailPlace[],
  { mailboxId, uid }: Pick<EmailPlace, 'mailboxId' | 'uid'>,
): readonly EmailPlace[] {
  return places.filter((each) => each.mailboxId !== mailboxId || each.uid !== uid)
}

function compare(a: EmailFacts, b: EmailFacts): number {
  return a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : a.id === b.id ? 0 : 1)
}

/** Where it stands, or would. */
function rankIn(list: readonly EmailFacts[], email: EmailFacts): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = list[middle]
    if (other !== undefined && compare(other, email) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function remove(list: EmailFacts[], email: EmailFacts): void {
  const at = rankIn(list, email)
  if (list[at] === email) list.splice(at, 1)
}
