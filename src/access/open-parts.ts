/** What access is made of, put together by hand: each part is given what it uses. */
import { FeedReader } from '../directory/rows/feed-reader.ts'
import { LastUse } from './credentials/last-use.ts'
import { CredentialMemory } from './credentials/memory.ts'
import { createDelegations, type Delegations } from './delegations.ts'
import { Later } from './later.ts'
import { createLedger, type Ledger } from './ledger/ledger.ts'
import { createOauth } from './oauth/oauth.ts'
import type { Oauth } from './oauth/types.ts'
import type { AccessOptions } from './owned-access.ts'
import type { PlatformState } from './platform-state.ts'
import { createResting, type Resting } from './resting.ts'
import { Sessions, type EndedSessions } from './sessions.ts'
import { SignIn } from './sign-in.ts'
import { Throttle } from './throttle/throttle.ts'
import { officeKind, webKind } from './tokens/session-kind.ts'
import { createTokens, type Tokens } from './tokens/tokens.ts'
import { Alarms } from './trail/alarms.ts'
import { MailOfOthers } from './trail/mail-of-others.ts'
import { MailRecorder } from './trail/mail-recorder.ts'
import { RefusalRecorder } from './trail/refusal-recorder.ts'
import type { Access, Door, OpenedSource, Principal, WritingGate } from './types.ts'
import { createWebAccess, type OwnedWebAccess } from './web/create-web.ts'

/** What the parts ask of the whole. */
export interface Whole {
  state(): PlatformState | undefined
  openedTo: OpenedSource['openedTo']
  onEnded(ended: readonly EndedSessions[]): void
  permit: Access['permit']
  gateFor(principal: Principal): WritingGate
  refresh(): Promise<void>
}

export interface AccessParts {
  readonly credentials: CredentialMemory
  readonly reader: FeedReader
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly lastUse: LastUse
  readonly signIn: SignIn
  readonly later: Later
  readonly alarms: Alarms
  readonly ledger: Ledger
  readonly recorder: MailRecorder
  readonly refusals: RefusalRecorder
  readonly mail: MailOfOthers
  readonly tokens: Tokens
  readonly web: OwnedWebAccess
  readonly oauth: Oauth
  readonly delegations: Delegations
  readonly resting: Resting
}

export function openParts(options: AccessOptions, whole: Whole): AccessParts {
  const base = openBase(options, whole)
  const signIn = openSignIn(options, whole, base)
  const tokens = openTokens(options, base)
  const signing = { ...base, signIn, tokens }
  return {
    ...signing,
    ...openTrail(options, whole, base),
    web: openWeb(options, whole, signing),
    oauth: openOauth(options, whole, signing),
    delegations: openDelegations(options, whole),
    resting: openResting(options, base),
  }
}

type Base = Pick<
  AccessParts,
  'credentials' | 'reader' | 'sessions' | 'throttle' | 'lastUse' | 'later' | 'alarms'
>

function openBase(options: AccessOptions, whole: Whole): Base {
  const { database, keys, clock } = options
  const later = new Later()
  const alarms = new Alarms({ ...options, later })
  const credentials = new CredentialMemory()
  const sessions = new Sessions({
    ...options,
    credentials,
    openedTo: (personId) => whole.openedTo(personId),
    onEnded: (ended) => whole.onEnded(ended),
  })
  const reader = new FeedReader({
    database,
    keys,
    feed: { name: 'credential', tables: ['credential'] },
    apply: (changes) => {
      credentials.apply(changes)
      sessions.forget()
    },
    onAlarm: (alarm) => alarms.raise(alarm),
  })
  const throttle = new Throttle({ database, keys, clock })
  const lastUse = new LastUse(database, clock)
  return { credentials, reader, sessions, throttle, lastUse, later, alarms }
}

function openSignIn(options: AccessOptions, whole: Whole, base: Base): SignIn {
  const inDemo = (door: Door) => door === 'http' || door === 'admin' || whole.state() === 'demo'
  const policy = options.policy ?? { allowsMainPassword: inDemo }
  return new SignIn({
    ...options,
    ...base,
    allowsMainPassword: (door) => policy.allowsMainPassword(door),
    isFounded: () => whole.state() === 'founded',
  })
}

function openTrail(
  options: AccessOptions,
  { permit }: Whole,
  { sessions }: Base,
): Pick<AccessParts, 'ledger' | 'recorder' | 'refusals' | 'mail'> {
  const { database, keys, clock, audit, directory } = options
  const ledger = createLedger({ keys, clock })
  const recorder = new MailRecorder({ audit, clock, database, ledger })
  const refusals = new RefusalRecorder({ audit, clock })
  return {
    ledger,
    recorder,
    refusals,
    mail: new MailOfOthers({ directory, sessions, recorder, permit }),
  }
}

function openTokens(options: AccessOptions, { sessions, alarms }: Base): Tokens {
  return createTokens({
    ...options,
    kind: officeKind,
    table: officeKind.table,
    sessions,
    onAlarm: (rowId) =>
      alarms.raise({ what: 'row-does-not-verify', table: 'admin_session', rowId }),
  })
}

type Signing = Base & Pick<AccessParts, 'signIn' | 'tokens'>

function openWeb(options: AccessOptions, whole: Whole, signing: Signing): OwnedWebAccess {
  return createWebAccess({
    ...options,
    ...signing,
    // Outside a demo somebody who guessed or stole a password must not be in by it.
    isPasswordEnough: () => whole.state() === 'demo',
    relyingParty: options.relyingParty ?? { id: 'localhost', name: 'Tamar' },
    gateFor: (principal) => whole.gateFor(principal),
    refresh: () => whole.refresh(),
    offices: signing.tokens,
    ...signing.alarms.forWeb(),
  })
}

function openOauth(options: AccessOptions, whole: Whole, signing: Signing): Oauth {
  const { keys, clock, audit } = options
  return createOauth({
    ...options,
    credentials: signing.credentials,
    signIn: signing.signIn,
    refresh: () => whole.refresh(),
    writingFor: (principal, remoteAddress) => {
      const { id: principalId, sessionId } = principal
      const actor = { principalId, sessionId, remoteAddress }
      return { keys, clock, audit, actor, requireGrant: whole.gateFor(principal) }
    },
    ...signing.alarms.forWeb(),
  })
}

function openDelegations(options: AccessOptions, whole: Whole): Delegations {
  const { keys, clock, audit } = options
  return createDelegations({
    ...options,
    writing: { keys, clock, audit },
    gateFor: (principal) => whole.gateFor(principal),
    refresh: () => options.directory.refresh(),
  })
}

function openResting(options: AccessOptions, { credentials, sessions, alarms }: Base): Resting {
  return createResting({
    ...options,
    credentials,
    sessions,
    kind: webKind,
    table: webKind.table,
    onAlarm: alarms.forWeb().onAlarm,
  })
}
