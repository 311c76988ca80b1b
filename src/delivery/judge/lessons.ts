/**
 * What users move into Junk, or out of it, is a lesson for the spam filter. Only mail that came from
 * outside, which the filter has seen whole already: what is written within the government is no lesson.
 */
import type { Clock } from '../../base/clock.ts'
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import { findValue } from '../../mime/header.ts'
import { parseOnce } from '../../mime/parse-once.ts'
import { RateLimit } from '../../net/rate-limit.ts'
import type { EmailChange } from '../../store/emails/types.ts'
import type { MailboxRole, Store } from '../../store/types.ts'
import {
  lessonOctetsMax,
  lessonRate,
  lessonsOfOneActMax,
  lessonsWaitingMax,
} from '../scan/limits.ts'
import type { Lesson, SpamTeacher } from '../scan/types.ts'

export interface LessonsParts {
  readonly teacher: SpamTeacher
  /** Our name in Authentication-Results: only who judged a stranger's mail writes it. */
  readonly authservId: string
  readonly clock: Clock
  readonly log: { warn(facts: object, text: string): void }
}

export interface Entry {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly uid: number
}

/** Behind the users' acts: nobody waits for it, and what does not fit is not taught. */
export class Lessons {
  readonly #parts: LessonsParts
  readonly #rate: RateLimit
  #waiting = 0

  constructor(parts: LessonsParts) {
    this.#parts = parts
    this.#rate = new RateLimit(parts.clock, lessonRate)
  }

  /** Never rejects. Resolves when these are taught, for tests. */
  async give(
    store: Pick<Store, 'content' | 'facts'>,
    entries: readonly Entry[],
    lesson: Lesson,
  ): Promise<void> {
    const some = entries.slice(0, lessonsOfOneActMax).filter(({ account }) => {
      if (this.#waiting >= lessonsWaitingMax || !this.#rate.take(account)) return false
      this.#waiting += 1
      return true
    })
    for (const entry of some) {
      try {
        await this.#giveOne(store, entry, lesson)
      } catch (error) {
        this.noteFailure(error)
      } finally {
        this.#waiting -= 1
      }
    }
  }

  /** The user's act is done: only the lesson is lost. */
  noteFailure(error: unknown): void {
    // It was moved on meanwhile: whoever did that may have given another lesson.
    if (isRefusal(error, 'no-such-message')) return
    this.#parts.log.warn({ error }, 'a message was not shown to the spam filter')
  }

  async #giveOne(
    store: Pick<Store, 'content' | 'facts'>,
    { account, mailbox, uid }: Entry,
    lesson: Lesson,
  ): Promise<void> {
    const [facts] = await store.facts(account, mailbox, [uid])
    if (facts === undefined || facts.octets > lessonOctetsMax) return
    const message = await store.content(account, mailbox, uid)
    if (isJudged(message, this.#parts.authservId)) await this.#parts.teacher.teach(message, lesson)
  }
}

/** RFC 8601 §5: what others wrote under our name was taken out on arrival. */
function isJudged(message: Buffer, authservId: string): boolean {
  const value = findValue(message, parseOnce(message).fields, 'authentication-results')
  return value?.split(';', 1)[0]?.trim().toLowerCase() === authservId.toLowerCase()
}

/** The same store, for doors: what moves into Junk or out of it is a lesson. */
export function teachByMoving<S extends Store>(store: S, lessons: Lessons): S {
  const roleOf = async (account: AccountId, id: MailboxId): Promise<MailboxRole | undefined> =>
    (await store.mailboxes(account)).find((mailbox) => mailbox.id === id)?.role
  const filed = async (from: Place, to: Place, uids: readonly number[]): Promise<void> => {
    const roles = [await roleOf(from.account, from.mailbox), await roleOf(to.account, to.mailbox)]
    const lesson = lessonOf(roles[0], roles[1])
    if (lesson === undefined) return
    const entries = uids.map((uid) => ({ ...to, uid }))
    await lessons.give(store, entries, lesson)
  }
  const behind = (work: Promise<void>): void =>
    void work.catch((error: unknown) => lessons.noteFailure(error))
  return {
    ...store,
    copy: async (from, uids, to, viewer) => {
      const copied = await store.copy(from, uids, to, viewer)
      behind(filed(from, to, targetsOf(copied.pairs)))
      return copied
    },
    move: async (from, uids, to, viewer) => {
      const moved = await store.move(from, uids, to, viewer)
      behind(filed(from, to, targetsOf(moved.pairs)))
      return moved
    },
    changeEmail: async (account, viewer, change) => {
      await store.changeEmail(account, viewer, change)
      behind(refiled(store, lessons, { account, viewer, change }))
    },
  }
}

interface Place {
  readonly account: AccountId
  readonly mailbox: MailboxId
}

const targetsOf = (pairs: readonly (readonly [number, number])[]) => pairs.map(([, uid]) => uid)

/** What is thrown away says nothing of what it is. */
function lessonOf(from: MailboxRole | undefined, to: MailboxRole | undefined): Lesson | undefined {
  if (to === 'junk') return from === 'junk' ? undefined : 'spam'
  return from === 'junk' && to !== 'trash' && to !== 'recoverable' ? 'ham' : undefined
}

interface Refiled {
  readonly account: AccountId
  readonly viewer: PrincipalId
  readonly change: EmailChange
}

/** As JMAP files: by message, out of some mailboxes and into others. */
async function refiled(
  store: Pick<Store, 'emails' | 'content' | 'facts'>,
  lessons: Lessons,
  { account, viewer, change }: Refiled,
): Promise<void> {
  if (change.addTo.length === 0) return
  const view = await store.emails(account, viewer)
  const role = (id: MailboxId) => view.mailboxes.find((mailbox) => mailbox.id === id)?.role
  for (const place of view.find(change.id)?.places ?? []) {
    if (!change.addTo.includes(place.mailboxId)) continue
    const lesson = lessonOf(
      change.removeFrom.map(role).find((each) => each === 'junk'),
      role(place.mailboxId),
    )
    if (lesson === undefined) continue
    await lessons.give(store, [{ account, mailbox: place.mailboxId, uid: place.uid }], lesson)
    return
  }
}
