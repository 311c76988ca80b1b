/** People in a browser: signing in, their sessions, their factors and app passwords. */
import type { Audit } from '../../audit/types.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { Directory } from '../../directory/types.ts'
import { findLastUse } from '../credentials/last-use.ts'
import { confirmedForMs } from '../limits.ts'
import type { SignIn } from '../sign-in.ts'
import { webKind } from '../tokens/session-kind.ts'
import type { TokensOptions } from '../tokens/tokens.ts'
import type { Principal, WritingGate } from '../types.ts'
import { createAppPassword } from '../write/create-app-password.ts'
import { revokeAppPassword } from '../write/revoke-app-password.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { changePassword } from './change-password.ts'
import { FactorSetup } from './factor-setup.ts'
import { openOffice } from './open-office.ts'
import { SecondFactors, type FactorParts } from './second-factors.ts'
import { attemptOf, SignInSteps } from './sign-in-steps.ts'
import { Steps } from './steps.ts'
import type {
  AppPasswordLine,
  IdentityProvider,
  OpenedWebSession,
  ShownConfirmation,
  WebAccess,
  WebClient,
  WebPerson,
  WebSession,
  WebStep,
} from './types.ts'
import { WebSessions, type KnownSession } from './web-sessions.ts'

export interface WebParts
  extends Omit<TokensOptions, 'kind' | 'table' | 'keys'>, Omit<FactorParts, 'steps'> {
  readonly signIn: SignIn
  readonly audit: Audit
  readonly gateFor: (principal: Principal) => WritingGate
  /** Is a password alone enough for who has no factor? */
  readonly isPasswordEnough: () => boolean
  readonly onStepAlarm: () => void
  readonly provider?: IdentityProvider | undefined
  /** Sessions at the admin API. */
  readonly offices: Pick<Tokens, 'open'>
}

export interface OwnedWebAccess extends WebAccess {
  /** Closes what was ended elsewhere, and ends what opens nothing; called every two seconds. */
  sweep(): Promise<void>
  /** An office at the admin API. */
  forOffice: SignInSteps['forOffice']
  /** Another node ended a session. */
  heard(keyHex: string): Promise<void>
}

export function createWebAccess(given: WebParts): OwnedWebAccess {
  const parts = { ...given, steps: new Steps<WebStep>(given) }
  const sessions = new WebSessions({ ...parts, kind: webKind, table: webKind.table })
  const factors = new SecondFactors(parts)
  const open = (principal: Principal, from: WebClient, mechanism: string) =>
    openSession(parts, sessions, { principal, from, mechanism })
  const signInSteps = new SignInSteps({ ...parts, factors, open })
  const requireFresh = (session: WebSession) => requireConfirmed(parts, sessions, session)
  const setup = new FactorSetup({ ...parts, factors, signInSteps, requireFresh })
  return {
    signIn: (from, address, password) => signInSteps.withPassword(from, address, password),
    showFactor: (from, token, shown) => signInSteps.withFactor(from, token, shown),
    askForPasskey: (token) => signInSteps.askForPasskey(token),
    signInByPasskey: (from, shown) => signInSteps.withPasskey(from, shown),
    providerName: parts.provider?.name,
    beginProvider: (redirectUri) => signInSteps.beginProvider(redirectUri),
    signInByProvider: (from, token, answer) => signInSteps.withProvider(from, token, answer),
    find: async (token, isUse) => viewOf(parts, await sessions.find(token, isUse)),
    sessionsOf: (principal) => sessions.list(principal),
    end: (principal, id, remoteAddress) => sessions.end(principal, id, remoteAddress),
    confirm: async (token, from, shown) => {
      const known = await sessions.find(token, true)
      await confirm(parts, factors, { known, from, shown })
      return viewOf(parts, await sessions.confirmed(token))
    },
    askToConfirm: ({ principal }) => factors.askForPasskey('confirm', principal.id),
    factorsOf: (session) => setup.list(session),
    beginTotp: (adding) => setup.beginTotp(adding),
    beginPasskey: (adding) => setup.beginPasskey(adding),
    addFactor: (adding, shown) => setup.add(adding, shown),
    removeFactor: (session, id, remoteAddress) => setup.remove(session, id, remoteAddress),
    makeRecoveryCodes: (session, remoteAddress) => setup.makeCodes(session, remoteAddress),
    endOthers: (principal, remoteAddress) =>
      sessions.endAll(principal, remoteAddress, principal.sessionId),
    requireFresh,
    openOffice: async (session, remoteAddress) => {
      await requireFresh(session)
      const known = await sessions.reread(session.principal)
      if (known === undefined) throw new Refusal('bad-credentials')
      return openOffice(parts, known, { remoteAddress, until: confirmedUntilOf(known) })
    },
    changePassword: async (session, from, wanted) => {
      await requireFresh(session)
      const writing = setup.writingFor(session.principal, from.remoteAddress)
      const changing = { ...parts, sessions, signInSteps, writing }
      return changePassword(changing, from, session, wanted)
    },
    appPasswordsOf: (session) => appPasswordsOf(parts, session),
    createAppPassword: async (session, wanted, remoteAddress) => {
      await requireFresh(session)
      const { principal } = session
      const writing = setup.writingFor(principal, remoteAddress)
      const input = { personId: principal.id, ...wanted }
      return writeThen(parts, (tx) => createAppPassword(tx, writing, input))
    },
    revokeAppPassword: async ({ principal }, id, remoteAddress) => {
      const writing = setup.writingFor(principal, remoteAddress)
      const isHis = parts.credentials.appPasswordsOf(principal.id).some((one) => one.id === id)
      if (!isHis) throw new Refusal('not-found')
      await writeThen(parts, (tx) => revokeAppPassword(tx, writing, { id }))
    },
    forOffice: (remoteAddress, given) => signInSteps.forOffice(remoteAddress, given),
    sweep: () => sessions.sweep(),
    heard: (keyHex) => sessions.heard(keyHex),
  }
}

async function openSession(
  parts: WebParts,
  sessions: WebSessions,
  {
    principal,
    from,
    mechanism,
  }: { readonly principal: Principal; readonly from: WebClient; readonly mechanism: string },
): Promise<OpenedWebSession> {
  const opening = { ...from, mechanism, confirmedAt: parts.clock.now() }
  const { token } = await sessions.open(principal, opening)
  // The row is the session from now on, on every node.
  parts.sessions.end(principal)
  return { token, session: viewOf(parts, await sessions.find(token, true)) }
}

/** What was remembered may be older than what he said at another node. */
async function requireConfirmed(
  parts: WebParts,
  sessions: WebSessions,
  { principal, confirmedUntil }: WebSession,
): Promise<void> {
  const now = parts.clock.now()
  if (now < confirmedUntil) return
  const known = await sessions.reread(principal)
  if (known !== undefined && now < confirmedUntilOf(known)) return
  throw new Refusal('not-permitted', { what: 'confirm' })
}

/** Who has a factor shows one: his password may be what somebody else has. */
async function confirm(
  { signIn, credentials, directory, audit }: WebParts,
  factors: SecondFactors,
  given: {
    readonly known: KnownSession
    readonly from: WebClient
    readonly shown: ShownConfirmation
  },
): Promise<void> {
  const { known, from, shown } = given
  const { id, sessionId } = known.principal
  const said = async (mechanism: string) =>
    audit.recordAlone({
      kind: 'sign-in',
      outcome: 'success',
      door: 'http',
      mechanism,
      identity: id,
      principalId: id,
      sessionId,
      remoteAddress: from.remoteAddress,
    })
  const attempt = attemptOf(from)
  const identity = directory.person(id)?.address ?? ''
  if (shown.method === 'password') {
    const asked = { identity, password: shown.password, authorizeAs: '' }
    const proved = await signIn.provePassword(attempt, 'confirm', asked)
    if (credentials.hasFactor(id)) return signIn.fail(proved.claim)
    return said('confirm')
  }
  const mechanism = `confirm+${shown.method}`
  const asked = { identity, authorizeAs: '', isGuessable: true }
  const claim = await signIn.claim(attempt, mechanism, asked)
  const right = await factors.check(id, 'confirm', shown)
  if (right === undefined) return signIn.fail(claim)
  return said(mechanism)
}

async function appPasswordsOf(
  { credentials, database }: WebParts,
  { principal }: WebSession,
): Promise<readonly AppPasswordLine[]> {
  const lines = []
  for (const { id, content } of credentials.appPasswordsOf(principal.id)) {
    const { label, scopes, createdAt, expiresAt } = content
    const usedAt = await findLastUse(database, id)
    lines.push({ id, label, scopes, createdAt, expiresAt, usedAt })
  }
  return lines
}

async function writeThen<T>(
  { database, refresh }: WebParts,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const written = await database.transaction(work)
  await refresh()
  return written
}

function viewOf({ directory, credentials }: WebParts, known: KnownSession): WebSession {
  const { principal, row, usedAt } = known
  return {
    principal,
    person: personOf(directory, principal.id),
    signedInAt: row.content.createdAt,
    expiresAt: row.expiresAt,
    idleUntil: Math.min(usedAt + webKind.idleMs, row.expiresAt),
    hasSecondFactor: credentials.hasFactor(principal.id),
    confirmedUntil: confirmedUntilOf(known),
  }
}

function confirmedUntilOf({ row }: KnownSession): number {
  return (row.content.confirmedAt ?? 0) + confirmedForMs
}

function personOf(directory: Directory, id: string): WebPerson {
  const person = directory.person(id)
  if (person === undefined) throw new Refusal('bad-credentials')
  const { names, address, departmentId } = person
  const department = directory.department(departmentId)?.code ?? ''
  return { id, nameEn: names.en, nameZh: names.zh, address, department }
}
