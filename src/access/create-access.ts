/** Access of one node: credentials in memory, sign-in, the gate, the record of reads. */
import { isIPv4 } from 'node:net'
import type { Audit } from '../audit/types.ts'
import { minuteMs, type Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Database, Listener } from '../db/types.ts'
import { FeedReader } from '../directory/rows/feed-reader.ts'
import type { Alarm, Directory } from '../directory/types.ts'
import { onBehalfRight } from '../directory/write/rights.ts'
import type { Keys } from '../keys/types.ts'
import { credentialChannel } from './credentials/content.ts'
import { LastUse } from './credentials/last-use.ts'
import { CredentialMemory } from './credentials/memory.ts'
import { decide, type Actor, type Decision } from './decide.ts'
import { createDelegations, type Delegations } from './delegations.ts'
import { permitWriting, requireAllowed } from './gate.ts'
import type { RelyingParty } from './factors/passkey.ts'
import { createLedger, type Ledger } from './ledger/ledger.ts'
import { refreshEveryMs } from './limits.ts'
import { findForbidden } from './offices.ts'
import { findReach } from './reach.ts'
import { findPlatformState, type PlatformState } from './platform-state.ts'
import { loginExchange } from './sasl/login.ts'
import { plainExchange } from './sasl/plain.ts'
import { scramExchange } from './sasl/scram.ts'
import { createOauth } from './oauth/oauth.ts'
import type { Oauth } from './oauth/types.ts'
import { bearerExchange } from './sasl/bearer.ts'
import { Sessions, type EndedSessions } from './sessions.ts'
import { SignIn } from './sign-in.ts'
import { failureNotice, Throttle } from './throttle/throttle.ts'
import { endedEntry } from './trail/ended-entry.ts'
import { MailRecorder, type MailPlace } from './trail/mail-recorder.ts'
import { RefusalRecorder } from './trail/refusal-recorder.ts'
import { officeKind } from './tokens/session-kind.ts'
import { createTokens, type Tokens } from './tokens/tokens.ts'
import { createWebAccess, type OwnedWebAccess } from './web/create-web.ts'
import type { IdentityProvider, WebAccess } from './web/types.ts'
import { endedNotice } from './web/web-sessions.ts'
import type {
  Access,
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

export interface AccessOptions {
  readonly database: Database
  readonly keys: Keys
  readonly clock: Clock
  readonly directory: Directory
  readonly audit: Audit
  readonly policy?: AccessPolicy
  /** For whom passkeys are made; without it, for this machine alone. */
  readonly relyingParty?: RelyingParty
  /** Where people may sign in besides here. */
  readonly provider?: IdentityProvider | undefined
}

export interface AccessPolicy {
  /** May a chosen password be used at this door? Without a policy: in mail programs of a demo. */
  allowsMainPassword(door: Door): boolean
}

export interface OwnedAccess extends Access {
  /** Sessions of the admin API that every node knows. */
  readonly tokens: Tokens
  /** People in a browser. */
  readonly web: WebAccess
  /** Mail programs that people let in by OAuth. */
  readonly oauth: Oauth
  /** Who was let into which mailbox, as mail programs show and set it. */
  readonly delegations: Delegations
  /** False: credentials were put back or taken away before this node read them. */
  readonly isBelievable: boolean
  /** The gate of what the platform writes by itself: little, once it is founded. */
  readonly requireGrant: WritingGate
  /** The gate of what this principal writes, asked in the transaction of the act. Architecture D10. */
  gateFor(principal: Principal): WritingGate
  /** As `permit`, as an answer instead of an exception: what to show, and why not. */
  decide(principal: Principal, act: Act, object: ActObject): Decision
  /** Where he may do the act, with or without an approval; undefined: nowhere. */
  reachOf(principal: Principal, act: Act): Reach | undefined
  /** Who opened an account that is not his; whether somebody may read it is asked elsewhere. */
  readonly ledger: Ledger
  /** From now on approvals are looked for there. */
  useApprovals(approvals: ApprovalGate): void
  /** From now on it is asked which accounts of others are open to somebody by approval. */
  useOpened(opened: OpenedSource): void
  /** Who has a second factor needs its code. Refusal('not-permitted'): it is missing. */
  signInForOffice: OwnedWebAccess['forOffice']
  /** The machine's operator at the local socket: operates and writes the directory, reads no mail. */
  signInOperator(attempt: Attempt): Promise<Principal>
  /** Reads what other nodes changed; called on a notice and every two seconds. */
  refresh(): Promise<void>
  /** Closes web sessions that were ended elsewhere or are over; called every two seconds. */
  sweep(): Promise<void>
  /** The names that people's passkeys are made for: one, or something is wrong. */
  passkeyNames(): readonly string[]
  /** Resolves when what a change set off (an alarm, a re-read) is done. */
  settled(): Promise<void>
  /** Writes what is kept to be written together: last use, known networks. */
  flush(): Promise<void>
}

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

/** Stands in audit entries for whoever had the machine in his hands. RFC 9562 §5.8. */
export const operatorId = '00000000-0000-8000-8000-000000000001'

/** RFC 4314 §2.1: `p`, as we read it. */
const sendAsRights = 'p'

type InMailbox = Omit<MailPlace, 'grant'>

/** Stands for the platform itself, where an id is asked for. */
export const platformId = '00000000-0000-8000-8000-000000000002'

class OpenAccess implements OwnedAccess {
  readonly ledger: Ledger
  readonly requireGrant: WritingGate
  readonly tokens: Tokens
  readonly web: OwnedWebAccess
  readonly oauth: Oauth
  readonly delegations: Delegations
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
  /** Sessions that ended, until the trail has it. */
  readonly #ended: EndedSessions[] = []
  readonly #alarmedStates = new Set<number>()
  readonly #alarmedGrants = new Set<string>()
  #state: PlatformState | undefined
  #approvals: ApprovalGate | undefined
  #opened: OpenedSource | undefined
  #pending: Promise<void> = Promise.resolve()
  #flushAt: number

  constructor(options: AccessOptions) {
    this.#options = options
    const { database, keys, clock, audit } = options
    const credentials = this.#credentials
    const openedTo = (personId: string) => this.#opened?.openedTo(personId) ?? []
    const onEnded = (ended: readonly EndedSessions[]) => this.#noteEnded(ended)
    this.#sessions = new Sessions({ ...options, credentials, openedTo, onEnded })
    this.#throttle = new Throttle({ database, keys, clock })
    this.#lastUse = new LastUse(database, clock)
    this.ledger = createLedger({ keys, clock })
    this.#recorder = new MailRecorder({ audit, clock, database, ledger: this.ledger })
    this.#refusals = new RefusalRecorder({ audit, clock })
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
      onAlarm: (alarm) => this.#alarm(alarm),
    })
    this.requireGrant = this.#writingGate(platformActor)
    this.tokens = createTokens({
      ...options,
      kind: officeKind,
      table: officeKind.table,
      sessions: this.#sessions,
      onAlarm: (rowId) =>
        this.#alarm({ what: 'row-does-not-verify', table: 'admin_session', rowId }),
    })
    this.web = createWebAccess({
      ...options,
      credentials,
      lastUse: this.#lastUse,
      sessions: this.#sessions,
      signIn: this.#signIn,
      // Outside a demo somebody who guessed or stole a password must not be in by it.
      isPasswordEnough: () => this.#state === 'demo',
      relyingParty: options.relyingParty ?? { id: 'localhost', name: 'Tamar' },
      gateFor: (principal) => this.gateFor(principal),
      refresh: () => this.refresh(),
      ...this.#webAlarms(),
    })
    this.oauth = createOauth({
      ...options,
      credentials,
      signIn: this.#signIn,
      refresh: () => this.refresh(),
      writingFor: (principal, remoteAddress) => {
        const { id: principalId, sessionId } = principal
        const actor = { principalId, sessionId, remoteAddress }
        return { keys, clock, audit, actor, requireGrant: this.gateFor(principal) }
      },
      ...this.#webAlarms(),
    })
    this.delegations = createDelegations({
      ...options,
      writing: { keys, clock, audit },
      gateFor: (principal) => this.gateFor(principal),
      refresh: () => options.directory.refresh(),
    })
    this.#flushAt = clock.now() + minuteMs
    this.#begin()
  }

  get isBelievable(): boolean {
    return this.#reader.isBelievable
  }

  #begin(): void {
    const { database, directory } = this.#options
    const look = () => this.#alarmForbidden()
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
      (notice) => this.#later(() => this.#heard(notice)),
      () => this.#later(() => this.refresh()),
    )
    this.#stack.use(listener)
  }

  async refresh(): Promise<void> {
    const { database, keys } = this.#options
    await this.#reader.refresh()
    await this.#throttle.refresh()
    const found = await findPlatformState(database, keys, (version) => this.#alarmState(version))
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

  mechanisms({ isTls, remoteAddress, channelBinding }: Attempt): readonly string[] {
    // In clear only on the machine itself, where the plaintext listener for measuring is.
    if (!isTls && !isLoopback(remoteAddress)) return []
    const plain = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN', 'OAUTHBEARER', 'XOAUTH2']
    return channelBinding === undefined ? plain : ['SCRAM-SHA-256-PLUS', ...plain]
  }

  sasl(attempt: Attempt, mechanism: string): SaslExchange | undefined {
    const name = mechanism.toUpperCase()
    if (!this.mechanisms(attempt).includes(name)) return undefined
    if (name === 'PLAIN') return plainExchange(this.#signIn, attempt)
    if (name === 'LOGIN') return loginExchange(this.#signIn, attempt)
    if (name === 'OAUTHBEARER' || name === 'XOAUTH2')
      return bearerExchange(this.oauth, name, attempt)
    const isBound = name === 'SCRAM-SHA-256-PLUS'
    return scramExchange({ signIn: this.#signIn, keys: this.#options.keys, isBound }, attempt)
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

  async recordRead(principal: Principal, object: InMailbox, uids: readonly number[]) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined && uids.length > 0) await this.#recorder.read(principal, place, uids)
  }

  async recordSearch(principal: Principal, object: InMailbox, search: MailSearch) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined) await this.#recorder.search(principal, place, search)
  }

  async recordChange(principal: Principal, object: InMailbox, change: MailChange) {
    const place = this.#ofOthers(principal, object)
    if (place !== undefined) await this.#recorder.change(principal, place, change)
  }

  maySendAs(principal: Principal, address: string): AccountGrant | undefined {
    return this.#maySend(principal, address, sendAsRights)
  }

  maySendOnBehalf(principal: Principal, address: string): AccountGrant | undefined {
    return this.#maySend(principal, address, sendAsRights + onBehalfRight)
  }

  async recordSend(principal: Principal, sent: SentFor): Promise<void> {
    const grant = this.#sessions.grants(principal).byAccount.get(sent.accountId)
    if (grant === undefined) throw new Refusal('not-permitted', { act: 'mail.submit' })
    if (!isHis(grant)) await this.#recorder.send(principal, grant, sent)
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
    return this.#pending
  }

  async flush(): Promise<void> {
    await this.#lastUse.flush()
    await this.#throttle.flush()
  }

  /** The state is read in the transaction: a node must not act on what was true two seconds ago. */
  #writingGate(actorAt: (state: PlatformState | undefined) => Actor): WritingGate {
    return async (tx, asked) => {
      const alarm = (version: number) => this.#alarmState(version)
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

  #maySend(principal: Principal, address: string, rights: string): AccountGrant | undefined {
    const target = this.#options.directory.findAddress(address)
    if (target?.kind !== 'account') return undefined
    const grant = this.#sessions.grants(principal).byAccount.get(target.accountId)
    return grant !== undefined && Array.from(rights).some((one) => grant.rights.includes(one))
      ? grant
      : undefined
  }

  /** Undefined: it is his own mail, or his post's. */
  #ofOthers(principal: Principal, object: InMailbox): MailPlace | undefined {
    const grant = this.permit(principal, 'mail.lookup', object)
    return grant !== undefined && isHis(grant) ? undefined : { ...object, grant }
  }

  #demoAllows(door: Door): boolean {
    return door === 'http' || door === 'admin' || this.#state === 'demo'
  }

  #tick(): void {
    this.#recorder.sweep()
    const now = this.#options.clock.now()
    const isFlushDue = now >= this.#flushAt
    if (isFlushDue) this.#flushAt = now + minuteMs
    this.#later(async () => {
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

  /** A database that is away is asked again in two seconds. */
  #later(work: () => Promise<void>): void {
    this.#pending = this.#pending.then(work).catch((error: unknown) => {
      if (!isRefusal(error, 'try-again')) throw error
    })
  }

  #noteEnded(ended: readonly EndedSessions[]): void {
    this.#ended.push(...ended)
    this.#later(() => this.#recordEnded())
  }

  async #recordEnded(): Promise<void> {
    for (let next = this.#ended[0]; next !== undefined; next = this.#ended[0]) {
      await this.#options.audit.recordAlone(endedEntry(next))
      this.#ended.shift()
    }
  }

  #alarm(alarm: Alarm): void {
    this.#later(() => this.#options.audit.recordAlone({ kind: 'alarm', ...alarm }))
  }

  #webAlarms() {
    const table = 'web_session'
    const alarm = (what: string, of: string, rowId: string) =>
      this.#alarm({ what, table: of, rowId })
    return {
      onAlarm: (rowId: string) => alarm('row-does-not-verify', table, rowId),
      onStepAlarm: () => alarm('row-does-not-verify', 'sign_in_step', ''),
      onOauthAlarm: (what: string, rowId: string) => alarm(what, 'oauth_token', rowId),
      onFactorAlarm: (what: string, rowId: string) => alarm(what, 'factor_use', rowId),
    }
  }

  /** The gate believes neither of two roles that may never meet; somebody must look. */
  #alarmForbidden(): void {
    const { directory, clock } = this.#options
    for (const { grantId: rowId } of findForbidden(directory, clock.now())) {
      if (this.#alarmedGrants.has(rowId)) continue
      this.#alarmedGrants.add(rowId)
      this.#alarm({ what: 'roles-that-never-meet', table: 'role_grant', rowId })
    }
  }

  /** Read every two seconds, alarmed once. */
  #alarmState(version: number): void {
    if (this.#alarmedStates.has(version)) return
    this.#alarmedStates.add(version)
    this.#alarm({
      what: 'row-does-not-verify',
      table: 'platform_state',
      rowId: String(version),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    await this.#pending
    try {
      await this.flush()
    } catch (error) {
      // The database went first: last use and known networks are a comfort, not the truth.
      if (!isRefusal(error, 'try-again')) throw error
    }
    await this.#throttle.close()
  }
}

function isHis({ basis }: AccountGrant): boolean {
  return basis === 'own' || basis === 'held'
}

function isLoopback(remoteAddress: string): boolean {
  if (remoteAddress === '::1') return true
  const bare = remoteAddress.replace(/^::ffff:/i, '')
  return isIPv4(bare) && bare.startsWith('127.')
}

function platformActor(state: PlatformState | undefined): Actor {
  const kind = 'platform'
  return { kind, id: platformId, accounts: new Map(), offices: [], session: 'office', state }
}
