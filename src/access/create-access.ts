/** Access of one node: credentials in memory, sign-in, the gate, the record of reads. */
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { onBehalfRight } from '../directory/write/rights.ts'
import { decide, type Actor, type Decision } from './decide.ts'
import type { Delegations } from './delegations.ts'
import { permitWriting, requireAllowed } from './gate.ts'
import { keepUp } from './keep-up.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Oauth } from './oauth/types.ts'
import { openParts, type AccessParts } from './open-parts.ts'
import type { AccessOptions, OwnedAccess } from './owned-access.ts'
import { findPlatformState, type PlatformState } from './platform-state.ts'
import { findReach } from './reach.ts'
import type { Resting } from './resting.ts'
import { beginExchange, mechanismsFor } from './sasl/exchanges.ts'
import type { EndedSessions } from './sessions.ts'
import { operatorId, platformActor } from './system-actors.ts'
import type { Tokens } from './tokens/tokens.ts'
import { endedEntry } from './trail/ended-entry.ts'
import { sendAsRights, type InMailbox } from './trail/mail-of-others.ts'
import type { OwnedWebAccess } from './web/create-web.ts'
import type {
  AccountGrant,
  Act,
  ActObject,
  ApprovalGate,
  Attempt,
  Door,
  MailChange,
  MailSearch,
  OpenedSource,
  Principal,
  Resumed,
  Reach,
  RefusedAct,
  SaslExchange,
  SentFor,
  WritingGate,
} from './types.ts'

/** Resolves when all credentials are open. */
export async function createAccess(options: AccessOptions): Promise<OwnedAccess> {
  const access = new OpenAccess(options)
  try {
    await access.refresh()
  } catch (error) {
    await access[Symbol.asyncDispose]()
    throw error
  }
  return access
}

class OpenAccess implements OwnedAccess {
  readonly ledger: Ledger
  readonly requireGrant: WritingGate
  readonly tokens: Tokens
  readonly web: OwnedWebAccess
  readonly oauth: Oauth
  readonly delegations: Delegations
  readonly resting: Resting
  readonly #options: AccessOptions
  readonly #parts: AccessParts
  readonly #stack = new AsyncDisposableStack()
  /** Sessions that ended, until the trail has it. */
  readonly #ended: EndedSessions[] = []
  #state: PlatformState | undefined
  #approvals: ApprovalGate | undefined
  #opened: OpenedSource | undefined

  constructor(options: AccessOptions) {
    this.#options = options
    this.#parts = openParts(options, {
      state: () => this.#state,
      openedTo: (personId) => this.#opened?.openedTo(personId) ?? [],
      onEnded: (ended) => this.#noteEnded(ended),
      permit: (principal, act, object) => this.permit(principal, act, object),
      gateFor: (principal) => this.gateFor(principal),
      refresh: () => this.refresh(),
    })
    const { ledger, tokens, web, oauth, delegations, resting } = this.#parts
    this.ledger = ledger
    this.tokens = tokens
    this.web = web
    this.oauth = oauth
    this.delegations = delegations
    this.resting = resting
    this.requireGrant = this.#writingGate(platformActor)
    this.#stack.use(
      keepUp(options, this.#parts, {
        refresh: () => this.refresh(),
        recordEnded: () => this.#recordEnded(),
      }),
    )
  }

  get isBelievable(): boolean {
    return this.#parts.reader.isBelievable
  }

  async refresh(): Promise<void> {
    const { database, keys } = this.#options
    await this.#parts.reader.refresh()
    await this.#parts.throttle.refresh()
    const found = await findPlatformState(database, keys, (version) =>
      this.#parts.alarms.falseState(version),
    )
    this.#state = found?.state
    this.#parts.sessions.revoke()
  }

  signIn(attempt: Attempt, identity: string, password: string, authorizeAs = '') {
    return this.#parts.signIn.withPassword(attempt, 'password', { identity, password, authorizeAs })
  }

  signInForOffice: OwnedWebAccess['forOffice'] = (remoteAddress, given) =>
    this.web.forOffice(remoteAddress, given)

  async signInOperator(attempt: Attempt): Promise<Principal> {
    const { audit, clock } = this.#options
    const principal = {
      id: operatorId,
      departmentId: operatorId,
      address: '',
      openedAs: undefined,
      sessionId: newId(clock),
    }
    await audit.recordAlone({
      kind: 'sign-in',
      outcome: 'success',
      door: attempt.door,
      mechanism: 'local',
      identity: operatorId,
      principalId: operatorId,
      sessionId: principal.sessionId,
    })
    this.#parts.sessions.start(principal, { kind: 'operator' }, { kind: 'office' })
    return principal
  }

  mechanisms(attempt: Attempt): readonly string[] {
    return mechanismsFor(attempt)
  }

  sasl(attempt: Attempt, mechanism: string): SaslExchange | undefined {
    const { keys } = this.#options
    return beginExchange(
      { signIn: this.#parts.signIn, oauth: this.oauth, keys },
      attempt,
      mechanism,
    )
  }

  resume(asked: Principal): Resumed {
    const principal = { ...asked, openedAs: asked.openedAs ?? undefined }
    const { sessions } = this.#parts
    sessions.start(principal, { kind: 'asked', expiresAt: undefined }, { kind: 'mail' })
    return { principal, [Symbol.dispose]: () => sessions.end(principal) }
  }

  signOut(principal: Principal): void {
    this.#parts.recorder.signOut(principal)
    this.#parts.sessions.end(principal)
  }

  opensToo(principal: Principal, door: Door): boolean {
    return this.#parts.signIn.opensToo(principal, door)
  }

  accountsOf(principal: Principal): readonly AccountGrant[] {
    return this.#parts.sessions.grants(principal).list
  }

  noteRefused(principal: Principal, refused: RefusedAct): void {
    this.#parts.refusals.note(principal, refused)
  }

  permit(principal: Principal, act: Act, object: ActObject): AccountGrant | undefined {
    const actor = this.#parts.sessions.actor(principal, this.#state)
    return requireAllowed(actor, act, decide(actor, act, this.#completed(object)))
  }

  decide(principal: Principal, act: Act, object: ActObject): Decision {
    return decide(this.#parts.sessions.actor(principal, this.#state), act, this.#completed(object))
  }

  reachOf(principal: Principal, act: Act): Reach | undefined {
    return findReach(this.#parts.sessions.actor(principal, this.#state), act)
  }

  gateFor(principal: Principal): WritingGate {
    return this.#writingGate((state) => this.#parts.sessions.actor(principal, state))
  }

  useApprovals(approvals: ApprovalGate): void {
    this.#approvals = approvals
  }

  useOpened(opened: OpenedSource): void {
    this.#opened = opened
    this.#stack.use(opened.onChange(() => this.#parts.sessions.forget()))
    this.#parts.sessions.forget()
  }

  recordRead(principal: Principal, object: InMailbox, uids: readonly number[]): Promise<void> {
    return this.#parts.mail.recordRead(principal, object, uids)
  }

  recordSearch(principal: Principal, object: InMailbox, search: MailSearch): Promise<void> {
    return this.#parts.mail.recordSearch(principal, object, search)
  }

  recordChange(principal: Principal, object: InMailbox, change: MailChange): Promise<void> {
    return this.#parts.mail.recordChange(principal, object, change)
  }

  maySendAs(principal: Principal, address: string): AccountGrant | undefined {
    return this.#parts.mail.findSending(principal, address, sendAsRights)
  }

  maySendOnBehalf(principal: Principal, address: string): AccountGrant | undefined {
    return this.#parts.mail.findSending(principal, address, sendAsRights + onBehalfRight)
  }

  recordSend(principal: Principal, sent: SentFor): Promise<void> {
    return this.#parts.mail.recordSend(principal, sent)
  }

  onRevoked(principal: Principal, listener: () => void): Disposable {
    return this.#parts.sessions.watch(principal, listener)
  }

  sweep(): Promise<void> {
    return this.web.sweep()
  }

  passkeyNames(): readonly string[] {
    return this.#parts.credentials.passkeyNames()
  }

  settled(): Promise<void> {
    return this.#parts.later.settled()
  }

  async flush(): Promise<void> {
    await this.#parts.lastUse.flush()
    await this.#parts.throttle.flush()
  }

  /** The state is read in the transaction: a node must not act on what was true two seconds ago. */
  #writingGate(actorAt: (state: PlatformState | undefined) => Actor): WritingGate {
    return async (tx, asked) => {
      const alarm = (version: number) => this.#parts.alarms.falseState(version)
      const found = await findPlatformState(tx, this.#options.keys, alarm)
      const approvals = this.#approvals
      const completed = (object: ActObject) => this.#completed(object)
      return permitWriting(tx, actorAt(found?.state), asked, { approvals, completed })
    }
  }

  /** With the department of the person it is about, where only he was named. */
  #completed(object: ActObject): ActObject {
    if (object.departmentId !== undefined || object.personId === undefined) return object
    const departmentId = this.#options.directory.person(object.personId)?.departmentId
    return departmentId === undefined ? object : { ...object, departmentId }
  }

  #noteEnded(ended: readonly EndedSessions[]): void {
    this.#ended.push(...ended)
    this.#parts.later.run(() => this.#recordEnded())
  }

  async #recordEnded(): Promise<void> {
    for (let next = this.#ended[0]; next !== undefined; next = this.#ended[0]) {
      await this.#options.audit.recordAlone(endedEntry(next))
      this.#ended.shift()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    await this.#parts.later.settled()
    try {
      await this.flush()
    } catch (error) {
      // The database went first: last use and known networks are a comfort, not the truth.
      if (!isRefusal(error, 'try-again')) throw error
    }
    await this.#parts.throttle.close()
  }
}
