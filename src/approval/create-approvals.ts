/** Approvals of one node: the gate's port, what people do with requests, and what waits for whom. */
import { permitWriting } from '../access/gate.ts'
import { findPlatformState } from '../access/platform-state.ts'
import type { ActObject, ApprovalAsked, OpenedAccount, WritingGate } from '../access/types.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Database, Listener, Tx } from '../db/types.ts'
import { refreshEveryMs } from '../directory/limits.ts'
import { pruneEveryMs } from './limits.ts'
import { FeedReader } from '../directory/rows/feed-reader.ts'
import type { Alarm, Directory } from '../directory/types.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { Keys } from '../keys/types.ts'
import { ask, type Asked, type Asking } from './ask.ts'
import { consume } from './consume.ts'
import { review, sayNo, sayYes, withdraw, type ReviewWords } from './decide.ts'
import { redeem, type Redeeming } from './enrolment/redeem.ts'
import { execute, type Execution, type Executors, type Outcome } from './execute.ts'
import { reviewStateAt } from './machine.ts'
import { ApprovalMemory } from './memory.ts'
import { requestOf, type By, type Parts } from './parts.ts'
import { findPast, readPast, type Span } from './past.ts'
import { openedTo } from './opened-mail/opened-to.ts'
import { createPeople, officeActor } from './people.ts'
import { afterwardsOf } from './rule.ts'
import { approvalFeed } from './rows.ts'
import { consentBeforehand, revokeConsent, type NewStandingConsent } from './standing-consent.ts'
import type { Approvals } from './approvals.ts'
import { mayHear, mayReview, mayVoice } from './views.ts'
import type { ApprovalRequest, StandingConsent } from './types.ts'

export interface ApprovalsOptions {
  readonly database: Database
  readonly keys: Keys
  readonly clock: Clock
  readonly directory: Directory
  readonly audit: Audit
  /** As the platform itself; each act is done with the gate of who asked. */
  readonly writing: Writing
  /** Given the parts of this room. */
  readonly executors: (parts: Parts) => Executors
  /** After something was done: this node knows it. */
  readonly refreshed: () => Promise<void>
}

/** Resolves when every request is open. */
export async function createApprovals(options: ApprovalsOptions): Promise<Approvals> {
  const approvals = new OpenApprovals(options)
  try {
    await approvals.refresh()
  } catch (error) {
    await approvals[Symbol.asyncDispose]()
    throw error
  }
  return approvals
}

/** Thrown to end a rehearsal: nothing of it is kept. */
class RehearsalOver extends Error {
  override readonly name = 'RehearsalOver'
}

class OpenApprovals implements Approvals {
  readonly #options: ApprovalsOptions
  readonly #memory = new ApprovalMemory()
  readonly #parts: Parts
  readonly #execution: Execution
  readonly #reader: FeedReader
  readonly #listener: Listener
  readonly #timer: NodeJS.Timeout
  readonly #alarmed = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #prunedAt = -Infinity
  #pending: Promise<void> = Promise.resolve()

  constructor(options: ApprovalsOptions) {
    this.#options = options
    const { database, keys, clock, audit, directory, writing, executors } = options
    const onAlarm = (alarm: Alarm) => this.#alarm(alarm)
    this.#parts = {
      database,
      keys,
      clock,
      audit,
      onAlarm,
      memory: this.#memory,
      people: createPeople({ directory, clock, memory: this.#memory }),
      rehearsing: new WeakMap(),
      executing: new WeakSet(),
    }
    const gateOf = (personId: string) => this.#gateOf(personId)
    this.#execution = { parts: this.#parts, writing, gateOf, executors: executors(this.#parts) }
    this.#reader = new FeedReader({
      database,
      keys,
      feed: approvalFeed,
      apply: (changes) => {
        this.#memory.apply(changes)
        for (const listener of this.#listeners) listener()
      },
      onAlarm,
    })
    const again = () => this.#refreshLater()
    this.#listener = database.listen(approvalFeed.name, again, again)
    this.#timer = setInterval(again, refreshEveryMs)
    this.#timer.unref()
  }

  get isBelievable(): boolean {
    return this.#reader.isBelievable
  }

  consume(tx: Tx, asked: ApprovalAsked): Promise<string> {
    return consume(tx, this.#parts, asked)
  }

  async rehearse(work: (tx: Tx) => Promise<unknown>): Promise<readonly ApprovalAsked[]> {
    const asked: ApprovalAsked[] = []
    try {
      await this.#options.database.transaction(async (tx) => {
        this.#parts.rehearsing.set(tx, asked)
        await work(tx)
        throw new RehearsalOver()
      })
    } catch (error) {
      if (!(error instanceof RehearsalOver)) throw error
    }
    return asked
  }

  async ask(asking: Asking): Promise<readonly Asked[]> {
    return this.#write((tx) => ask(tx, this.#parts, asking))
  }

  async carryOut(id: string): Promise<Outcome | undefined> {
    const request = this.find(id)
    return request?.state === 'approved' ? this.#execute(request) : undefined
  }

  async sayYes(by: By, id: string) {
    const request = await this.#write((tx) => sayYes(tx, this.#parts, by, id))
    if (request.state !== 'approved') return { request, outcome: undefined }
    const outcome = await this.#execute(request)
    return { request: this.find(id) ?? request, outcome }
  }

  sayNo(by: By, of: { readonly id: string; readonly reason: string }): Promise<ApprovalRequest> {
    return this.#write((tx) => sayNo(tx, this.#parts, by, of))
  }

  withdraw(by: By, id: string): Promise<ApprovalRequest> {
    return this.#write((tx) => withdraw(tx, this.#parts, by, id))
  }

  review(by: By, words: ReviewWords): Promise<ApprovalRequest> {
    return this.#write((tx) => review(tx, this.#parts, by, words))
  }

  consentBeforehand(wanted: NewStandingConsent): Promise<string> {
    return this.#write((tx) => consentBeforehand(tx, this.#parts, wanted))
  }

  revokeConsent(by: By, id: string): Promise<void> {
    return this.#write((tx) => revokeConsent(tx, this.#parts, by, id))
  }

  find(id: string): ApprovalRequest | undefined {
    const row = this.#memory.find('approval', id)
    return row && requestOf(row, this.#options.clock.now())
  }

  list(): readonly ApprovalRequest[] {
    const now = this.#options.clock.now()
    return this.#memory
      .list('approval')
      .map((row) => requestOf(row, now))
      .toSorted((a, b) => b.askedAt - a.askedAt || (a.id < b.id ? 1 : -1))
  }

  listPast(span: Span): Promise<readonly ApprovalRequest[]> {
    return readPast(this.#parts, span)
  }

  async findPast(id: string): Promise<ApprovalRequest | undefined> {
    return this.find(id) ?? findPast(this.#parts, id)
  }

  mayVoice(personId: string, request: ApprovalRequest): boolean {
    return mayVoice(this.#parts, personId, request)
  }

  mayHear(personId: string, request: ApprovalRequest): boolean {
    return mayHear(this.#parts, personId, request)
  }

  mayReview(personId: string, request: ApprovalRequest): boolean {
    return mayReview(this.#parts, personId, request)
  }

  isReviewOverdue(): boolean {
    const now = this.#options.clock.now()
    return this.#memory.list('approval').some(({ content }) => {
      const state = reviewStateAt(content, now)
      return state === 'overdue' || (state === 'due' && afterwardsOf(content.act).isLoud === true)
    })
  }

  standingConsents(giverId: string): readonly StandingConsent[] {
    return this.#memory
      .list('standing_consent')
      .filter(({ content }) => content.giverId === giverId)
      .map(({ id, content }) => ({ id, ...content }))
  }

  delays(accountId: string) {
    return this.#memory
      .list('disclosure_delay')
      .map(({ content }) => content)
      .filter((delay) => delay.accountId === accountId)
  }

  opened() {
    const now = this.#options.clock.now()
    return this.#memory
      .list('opened_mail')
      .filter(({ content }) => now < content.to)
      .map(({ id, departmentId, content }) => ({ id, departmentId, ...content }))
  }

  openedTo(personId: string): readonly OpenedAccount[] {
    return openedTo(this.#memory, this.#options.directory, personId)
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async redeem(redeeming: Redeeming): Promise<void> {
    const { directory, writing } = this.#options
    const gateOf = (personId: string) => this.#gateOf(personId)
    try {
      await redeem({ parts: this.#parts, directory, writing, gateOf }, redeeming)
    } finally {
      await this.refresh()
      await this.#options.refreshed()
    }
  }

  get parts(): Parts {
    return this.#parts
  }

  async refresh(): Promise<void> {
    await this.#reader.refresh()
    const now = this.#options.clock.now()
    if (now - this.#prunedAt < pruneEveryMs) return
    this.#prunedAt = now
    this.#memory.prune(now)
  }

  async settled(): Promise<void> {
    await this.#pending
  }

  async #write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.#options.database.transaction(work)
    await this.refresh()
    return result
  }

  async #execute(request: ApprovalRequest): Promise<Outcome> {
    const outcome = await execute(this.#execution, request)
    await this.refresh()
    await this.#options.refreshed()
    return outcome
  }

  /** What he may is asked anew when it is done: a role that ended meanwhile ends this too. */
  #gateOf(personId: string): WritingGate {
    const { directory, clock, keys } = this.#options
    const onAlarm = (version: number) =>
      this.#alarm({ what: 'row-does-not-verify', table: 'platform_state', rowId: String(version) })
    const completed = (object: ActObject) => {
      if (object.departmentId !== undefined || object.personId === undefined) return object
      const departmentId = directory.person(object.personId)?.departmentId
      return departmentId === undefined ? object : { ...object, departmentId }
    }
    return async (tx, asked) => {
      const found = await findPlatformState(tx, keys, onAlarm)
      const actor = officeActor({ directory, clock }, personId, found?.state)
      return permitWriting(tx, actor, asked, { approvals: this, completed })
    }
  }

  #alarm(alarm: Alarm): void {
    const key = `${alarm.what} ${alarm.table} ${alarm.rowId}`
    if (this.#alarmed.has(key)) return
    this.#alarmed.add(key)
    this.#later(() => this.#options.audit.recordAlone({ kind: 'alarm', ...alarm }))
  }

  #refreshLater(): void {
    this.#later(() => this.refresh())
  }

  /** A database that is away is asked again in two seconds; the node knows what it knew. */
  #later(work: () => Promise<void>): void {
    this.#pending = this.#pending.then(work).catch((error: unknown) => {
      if (!isRefusal(error, 'try-again')) throw error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#listener[Symbol.asyncDispose]()
    await this.#pending
  }
}
