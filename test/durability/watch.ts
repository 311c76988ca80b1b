/**
 * A program that visits mailboxes between and under kills and keeps what it saw: whatever it was told
 * once must stay true. RFC 9051 §2.3.1.1 (UIDs), RFC 7162 §3.1.1 (HIGHESTMODSEQ).
 */
import { readAs } from '../support/mail-programs.ts'
import type { Person, Platform } from '../support/platform.ts'
import { readState, readSubjects, type MailboxState } from './mailbox-state.ts'

interface Kept {
  state: MailboxState
  readonly subjects: Map<number, string>
}

export class Watch {
  /** In words: whose mailbox, which number, from what to what. */
  readonly wentBack: string[] = []
  readonly #platform: Platform
  readonly #kept = new Map<string, Kept>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  async visit(people: readonly Person[]): Promise<void> {
    for (const person of people) {
      await using reader = await readAs(this.#platform, person)
      const state = await readState(reader)
      const kept = this.#kept.get(person.address)
      if (kept !== undefined) this.#compare(person, kept.state, state)
      const fromUid = kept?.state.uidNext ?? 1
      const seen = await readSubjects(reader, fromUid)
      const subjects = kept?.subjects ?? new Map<number, string>()
      for (const [uid, subject] of seen) this.#keep(person, subjects, uid, subject)
      this.#kept.set(person.address, { state, subjects })
    }
  }

  /** Reads every mailbox from its first message and holds it against all visits. */
  async close(): Promise<void> {
    await this.visit(this.#platform.ready.people)
    for (const person of this.#platform.ready.people) {
      const kept = this.#kept.get(person.address)
      if (kept === undefined) continue
      await using reader = await readAs(this.#platform, person)
      const now = await readSubjects(reader, 1)
      for (const [uid, subject] of kept.subjects)
        if (now.get(uid) !== subject)
          this.wentBack.push(`${person.address}: UID ${uid} was ${subject}, is ${now.get(uid)}`)
    }
  }

  #keep(person: Person, subjects: Map<number, string>, uid: number, subject: string): void {
    const before = subjects.get(uid)
    if (before !== undefined && before !== subject)
      this.wentBack.push(`${person.address}: UID ${uid} was ${before}, is ${subject}`)
    subjects.set(uid, subject)
  }

  #compare({ address }: Person, before: MailboxState, now: MailboxState): void {
    const say = (what: string, from: unknown, to: unknown) =>
      this.wentBack.push(`${address}: ${what} from ${String(from)} to ${String(to)}`)
    if (now.uidValidity !== before.uidValidity)
      say('UIDVALIDITY', before.uidValidity, now.uidValidity)
    if (now.uidNext < before.uidNext) say('UIDNEXT', before.uidNext, now.uidNext)
    if (now.highestModSeq < before.highestModSeq)
      say('HIGHESTMODSEQ', before.highestModSeq, now.highestModSeq)
  }
}
