/** Access of one node: credentials in memory, sign-in, the gate, the record of reads. */
import { minuteMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Listener } from '../db/types.ts'
import { FeedReader } from '../directory/rows/feed-reader.ts'
import { onBehalfRight } from '../directory/write/rights.ts'
import { credentialChannel } from './credentials/content.ts'
import { LastUse } from './credentials/last-use.ts'
import { CredentialMemory } from './credentials/memory.ts'
import { decide, type Actor, type Decision } from './decide.ts'
import { createDelegations, type Delegations } from './delegations.ts'
import { permitWriting, requireAllowed } from './gate.ts'
import { Later } from './later.ts'
import { createLedger, type Ledger } from './ledger/ledger.ts'
import { refreshEveryMs } from './limits.ts'
import { createOauth } from './oauth/oauth.ts'
import type { Oauth } from './oauth/types.ts'
import type { AccessOptions, OwnedAccess } from './owned-access.ts'
import { findPlatformState, type PlatformState } from './platform-state.ts'
import { findReach } from './reach.ts'
import { beginExchange, mechanismsFor } from './sasl/exchanges.ts'
import { Sessions, type EndedSessions } from './sessions.ts'
import { createResting, type Resting } from './resting.ts'
import { SignIn } from './sign-in.ts'
import { operatorId, platformActor } from './system-actors.ts'
import { failureNotice, Throttle } from './throttle/throttle.ts'
import { officeKind, webKind } from './tokens/session-kind.ts'
import { createTokens, type Tokens } from './tokens/tokens.ts'
import { Alarms } from './trail/alarms.ts'
import { endedEntry } from './trail/ended-entry.ts'
import { MailOfOthers, sendAsRights, type InMailbox } from './trail/mail-of-others.ts'
import { MailRecorder } from './trail/mail-recorder.ts'
import { RefusalRecorder } from './trail/refusal-recorder.ts'
import { createWebAccess, type OwnedWebAccess } from './web/create-web.ts'
import { endedNotice } from './web/web-sessions.ts'
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
  readonly #credentials = new CredentialMemory()
  readonly #sessions: Sessions
  readonly #throttle: Throttle
  readonly #lastUse: LastUse
  readonly #recorder: MailRecorder
  readonly #refusals: RefusalRecorder
  readonly #signIn: SignIn
  readonly #reader: FeedReader
  readonly #stack = new AsyncDisposableStack()
  readonly #later = new Later()
  readonly #alarms: Alarms
  readonly #mail: MailOfOthers
  /** Sessions that ended, until the trail has it. */
  readonly #ended: EndedSessions[] = []
  #state: PlatformState | undefined
  #approvals: ApprovalGate | undefined
  #opened: OpenedSource | undefined
  #flushAt: number

  constructor(options: AccessOptions) {
    this.#options = options
    const { database, keys, clock, audit, directory } = options
    this.#alarms = new Alarms({ ...options, later: this.#later })
    const credentials = this.#credentials
    const openedTo = (personId: string) => this.#opened?.openedTo(personId) ?? []
    const onEnded = (ended: readonly EndedSessions[]) => this.#noteEnded(ended)
    this.#sessions = new Sessions({ ...options, credentials, openedTo, onEnded })
    this.#throttle = new Throttle({ database, keys, clock })
    this.#lastUse = new LastUse(database, clock)
    this.ledger = createLedger({ keys, clock })
    this.#recorder = new MailRecorder({ audit, clock, database, ledger: this.ledger })
    this.#refusals = new RefusalRecorder({ audit, clock })
    this.#mail = new MailOfOthers({
      directory,
      sessions: this.#sessions,
      recorder: this.#recorder,
      permit: (principal, act, object) => this.permit(principal, act, object),
    })
    const policy = options.policy ?? { allowsMainPassword: (door) => this.#demoAllows(door) }
    this.#signIn = new SignIn({
      ...options,
      credentials,
      sessions: this.#sessions,
      throttle: this.#throttle,
      lastUse: this.#lastUse,
      allowsMainPassword: (door) => policy.allowsMainPassword(door),
      isFounded: () => this.#state === 'founded',
    })
    this.#reader = new FeedReader({
      database,
      keys,
      feed: { name: 'credential', tables: ['credential'] },
      apply: (changes) => {
        credentials.apply(changes)
        this.#sessions.forget()
      },
      onAlarm: (alarm) => this.#alarms.raise(alarm),
    })
    this.requireGrant = this.#writingGate(platformActor)
    this.tokens = this.#openTokens()
    this.web = this.#openWeb()
    this.oauth = this.#openOauth()
    this.delegations = this.#openDelegations()
    this.resting = this.#openResting()
    this.#flushAt = clock.now() + minuteMs
    this.#begin()
  }

  #openTokens(): Tokens {
    return createTokens({
      ...this.#options,
      kind: officeKind,
      table: officeKind.table,
      sessions: this.#sessions,
      onAlarm: (rowId) =>
        this.#alarms.raise({ what: 'row-does-not-verify', table: 'admin_session', rowId }),
    })
  }

  #openWeb(): OwnedWebAccess {
    return createWebAccess({
      ...this.#options,
      credentials: this.#credentials,
      lastUse: this.#lastUse,
      sessions: this.#sessions,
      signIn: this.#signIn,
      // Outside a demo somebody who guessed or stole a password must not be in by it.
      isPasswordEnough: () => this.#state === 'demo',
      relyingParty: this.#options.relyingParty ?? { id: 'localhost', name: 'Tamar' },
      gateFor: (principal) => this.gateFor(principal),
      refresh: () => this.refresh(),
      offices: this.tokens,
      ...this.#alarms.forWeb(),
    })
  }

  #openResting(): Resting {
    return createResting({
      ...this.#options,
      credentials: this.#credentials,
      sessions: this.#sessions,
      kind: webKind,
      table: webKind.table,
      onAlarm: this.#alarms.forWeb().onAlarm,
    })
  }

  #openOauth(): Oauth {
    const { keys, clock, audit } = this.#options
    return createOauth({
      ...this.#options,
      credentials: this.#credentials,
      signIn: this.#signIn,
      refresh: () => this.refresh(),
      writingFor: (principal, remoteAddress) => {
        const { id: principalId, sessionId } = principal
        const actor = { principalId, sessionId, remoteAddress }
        return { keys, clock, audit, actor, requireGrant: this.gateFor(principal) }
      },
      ...this.#alarms.forWeb(),
    })
  }

  #openDelegations(): Delegations {
    const { keys, clock, audit } = this.#options
    return createDelegations({
      ...this.#options,
      writing: { keys, clock, audit },
      gateFor: (principal) => this.gateFor(principal),
      refresh: () => this.#options.directory.refresh(),
    })
  }

  get isBelievable(): boolean {
    return this.#reader.isBelievable
  }

  #begin(): void {
    const { database, directory } = this.#options
    const look = () => this.#alarms.lookForForbidden()
    this.#stack.use(
      directory.onChange(() => {
        this.#sessions.forget()
        look()
      }),
    )
    look()
    const timer = setInterval(() => this.#tick(), refreshEveryMs)
    timer.unref()
    this.#stack.defer(() => clearInterval(timer))
    const listener: Listener = database.listen(
      credentialChannel,
      (notice) => this.#later.run(() => this.#heard(notice)),
      () => this.#later.run(() => this.refresh()),
    )
    this.#stack.use(listener)
  }

  async refresh(): Promise<void> {
    const { database, keys } = this.#options
    await this.#reader.refresh()
    await this.#throttle.refresh()
    const found = await findPlatformState(database, keys, (version) =>
      this.#alarms.falseState(version),
    )
    this.#state = found?.state
    this.#sessions.revoke()
  }

  signIn(attempt: Attempt, identity: string, password: string, authorizeAs = '') {
    return this.#signIn.withPassword(attempt, 'password', { identity, password, authorizeAs })
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
    this.#sessions.start(principal, { kind: 'operator' }, { kind: 'office' })
    return principal
  }

  mechanisms(attempt: Attempt): readonly string[] {
    return mechanismsFor(attempt)
  }

  sasl(attempt: Attempt, mechanism: string): SaslExchange | undefined {
    const { keys } = this.#options
    return beginExchange({ signIn: this.#signIn, oauth: this.oauth, keys }, attempt, mechanism)
  }

  resume(asked: Principal): Resumed {
    const principal = { ...asked, openedAs: asked.openedAs ?? undefined }
    const sessions = this.#sessions
    sessions.start(principal, { kind: 'asked', expiresAt: undefined }, { kind: 'mail' })
    return { principal, [Symbol.dispose]: () => sessions.end(principal) }
  }

  signOut(principal: Principal): void {
    this.#recorder.signOut(principal)
    this.#sessions.end(principal)
  }

  accountsOf(principal: Principal): readonly AccountGrant[] {
    return this.#sessions.grants(principal).list
  }

  noteRefused(principal: Principal, refused: RefusedAct): void {
    this.#refusals.note(principal, refused)
  }

  permit(principal: Principal, act: Act, object: ActObject): AccountGrant | undefined {
    const actor = this.#sessions.actor(principal, this.#state)
    return requireAllowed(actor, act, decide(actor, act, this.#completed(object)))
  }

  decide(principal: Principal, act: Act, object: ActObject): Decision {
    return decide(this.#sessions.actor(principal, this.#state), act, this.#completed(object))
  }

  reachOf(principal: Principal, act: Act): Reach | undefined {
    return findReach(this.#sessions.actor(principal, this.#state), act)
  }

  gateFor(principal: Principal): WritingGate {
    return this.#writingGate((state) => this.#sessions.actor(principal, state))
  }

  useApprovals(approvals: ApprovalGate): void {
    this.#approvals = approvals
  }

  useOpened(opened: OpenedSource): void {
    this.#opened = opened
    this.#stack.use(opened.onChange(() => this.#sessions.forget()))
    this.#sessions.forget()
  }

  recordRead(principal: Principal, object: InMailbox, uids: readonly number[]): Promise<void> {
    return this.#mail.recordRead(principal, object, uids)
  }

  recordSearch(principal: Principal, object: InMailbox, search: MailSearch): Promise<void> {
    return this.#mail.recordSearch(principal, object, search)
  }

  recordChange(principal: Principal, object: InMailbox, change: MailChange): Promise<void> {
    return this.#mail.recordChange(principal, object, change)
  }

  maySendAs(principal: Principal, address: string): AccountGrant | undefined {
    return this.#mail.findSending(principal, address, sendAsRights)
  }

  maySendOnBehalf(principal: Principal, address: string): AccountGrant | undefined {
    return this.#mail.findSending(principal, address, sendAsRights + onBehalfRight)
  }

  recordSend(principal: Principal, sent: SentFor): Promise<void> {
    return this.#mail.recordSend(principal, sent)
  }

  onRevoked(principal: Principal, listener: () => void): Disposable {
    return this.#sessions.watch(principal, listener)
  }

  sweep(): Promise<void> {
    return this.web.sweep()
  }

  passkeyNames(): readonly string[] {
    return this.#credentials.passkeyNames()
  }

  settled(): Promise<void> {
    return this.#later.settled()
  }

  async flush(): Promise<void> {
    await this.#lastUse.flush()
    await this.#throttle.flush()
  }

  /** The state is read in the transaction: a node must not act on what was true two seconds ago. */
  #writingGate(actorAt: (state: PlatformState | undefined) => Actor): WritingGate {
    return async (tx, asked) => {
      const alarm = (version: number) => this.#alarms.falseState(version)
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

  #demoAllows(door: Door): boolean {
    return door === 'http' || door === 'admin' || this.#state === 'demo'
  }

  #tick(): void {
    this.#recorder.sweep()
    const now = this.#options.clock.now()
    const isFlushDue = now >= this.#flushAt
    if (isFlushDue) this.#flushAt = now + minuteMs
    this.#later.run(async () => {
      await this.#recordEnded()
      await this.refresh()
      await this.web.sweep()
      if (!isFlushDue) return
      await this.tokens.endDead()
      await this.#lastUse.flush()
      await this.#throttle.flush()
    })
  }

  async #heard(notice: string): Promise<void> {
    if (notice === failureNotice) return this.#throttle.refresh()
    if (notice.startsWith(endedNotice)) return this.web.heard(notice.slice(endedNotice.length))
    await this.#reader.refresh()
  }

  #noteEnded(ended: readonly EndedSessions[]): void {
    this.#ended.push(...ended)
    this.#later.run(() => this.#recordEnded())
  }

  async #recordEnded(): Promise<void> {
    for (let next = this.#ended[0]; next !== undefined; next = this.#ended[0]) {
      await this.#options.audit.recordAlone(endedEntry(next))
      this.#ended.shift()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    await this.#later.settled()
    try {
      await this.flush()
    } catch (error) {
      // The database went first: last use and known networks are a comfort, not the truth.
      if (!isRefusal(error, 'try-again')) throw error
    }
    await this.#throttle.close()
  }
}
