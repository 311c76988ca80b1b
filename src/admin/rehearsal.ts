/** What tests of this room and of the command line stand on: a real directory, and callers by hand. */
import type { Act, Reach } from '../access/types.ts'
import { createLedger } from '../access/ledger/ledger.ts'
import { createApprovals } from '../approval/create-approvals.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse, type Rehearsal } from '../directory/rehearsal.ts'
import type { Directory } from '../directory/types.ts'
import { summariseDmarc, summariseTls } from '../report/received/summarise.ts'
import type { AdminParts, AppPasswordView, Credentials } from './ports.ts'
import type { Backups } from './backup/port.ts'
import type { Caller } from './callers.ts'
import type { HeldMail } from './held/port.ts'
import type { ListModeration } from './moderation/port.ts'
import type { MailHosts } from './domain/port.ts'
import type { NodeCertificates } from './certificate/port.ts'

export interface AdminRehearsal
  extends AsyncDisposable, Omit<Rehearsal, typeof Symbol.asyncDispose> {
  readonly directory: Directory
  readonly parts: AdminParts
  /** Acts the gate was asked about, in order. */
  readonly asked: Act[]
  /** From now on nobody may do it. */
  refuse(act: Act | undefined): void
  /** Passwords that were set; undefined where one was made. */
  readonly passwords: (string | undefined)[]
  /** People by their tokens: each may do everything in these departments. */
  readonly people: Map<string, PersonOfRehearsal>
}

export interface PersonOfRehearsal {
  readonly personId: string
  readonly departments: readonly string[]
}

const everything: Reach = { isAll: true, departments: new Set(), personId: undefined }

export async function rehearseAdmin(database: Database): Promise<AdminRehearsal> {
  const stack = new AsyncDisposableStack()
  const r = stack.use(await rehearse(database))
  const { keys, writing, clock } = r
  const directory = stack.use(await createDirectory({ database, keys, onAlarm: () => undefined }))
  const asked: Act[] = []
  const passwords: (string | undefined)[] = []
  const people = new Map<string, PersonOfRehearsal>()
  const credentials = rememberedCredentials(passwords)
  let refused: Act | undefined
  const callerOf = (reach: Reach, person?: PersonOfRehearsal): Caller => ({
    kind: person === undefined ? 'operator' : 'person',
    personId: person?.personId,
    principalId: person?.personId,
    departmentId: person?.departments[0],
    sessionId: person === undefined ? undefined : '0197f3a0-0000-7000-8000-000000000001',
    gate: {
      permit: (act) => {
        asked.push(act)
        if (act === refused) throw new Refusal('not-permitted')
      },
      reachOf: (act) => {
        asked.push(act)
        return act === refused ? undefined : reach
      },
    },
    offices: () => [],
    requireGrant: async () => ({}),
  })
  const approvals = stack.use(
    await createApprovals({
      ...r,
      database,
      directory,
      audit: writing.audit,
      executors: () => ({}),
      refreshed: async () => undefined,
    }),
  )
  const parts: AdminParts = {
    takeSeat: async () => 'wrong',
    replaceFounder: async () => 'wrong',
    nodeId: 'node-1',
    database,
    approvals,
    ledger: createLedger(r),
    restoreMail: async () => ({ mailbox: 'Restored', messages: 1 }),
    exportMail: async function* () {
      yield { mailbox: 'INBOX', receivedAt: 0, octets: Buffer.from('Subject: x\r\n\r\n') }
    },
    directory,
    writing,
    clock,
    audit: writing.audit,
    reports: {
      dmarc: (question) => summariseDmarc({ database, keys: keys.platform }, question),
      tls: (question) => summariseTls({ database, keys: keys.platform }, question),
    },
    room: {
      quota: async () => ({
        usedOctets: 7,
        usedMessages: 1,
        limitOctets: undefined,
        limitMessages: undefined,
      }),
      departmentUse: async () => ({ octets: 7, messages: 1 }),
    },
    search: {
      rebuildSearch: async (_account, told) => {
        told(1, 1)
        return 1
      },
      rebuildAllSearch: async () => 7,
    },
    backups: rehearsedBackups,
    moderation: nothingWaits,
    heldMail: nothingHeld,
    certificates: lonelyCertificates,
    dkim: { tend: async () => [] },
    explainMail: async () => {
      throw new Refusal('not-found')
    },
    mailHosts: lonelyHosts,
    queue: {
      enqueue: async () => {},
      prepare: async () => async () => {},
      list: async () => [],
      findWaiting: async () => [],
      destinations: async () => [],
      count: async () => ({ waiting: 0, unrouted: 0, held: 0 }),
      hold: async () => 1,
      release: async () => 1,
      retry: async () => 1,
      cancel: async () => 1,
    },
    callers: {
      operator: () => callerOf(everything),
      signIn: async () => {
        throw new Refusal('bad-credentials')
      },
      prove: async (_address, password) => {
        if (password !== 'present') throw new Refusal('bad-credentials')
      },
      byToken: async (token) => {
        const person = people.get(token)
        if (person === undefined) throw new Refusal('bad-credentials')
        const { personId, departments } = person
        return callerOf({ isAll: false, departments: new Set(departments), personId }, person)
      },
      end: async () => false,
      sessionsOf: async () => [],
    },
    credentials: () => credentials,
    metrics: async () => '',
    status: async () => {
      throw new Error('a fault of ours')
    },
    verify: async function* () {
      yield { kind: 'progress', what: 'accounts', done: 1, total: 1, sentence: undefined }
      yield { kind: 'fault', what: 'messages', done: 1, total: 1, sentence: 'UID 7 is broken.' }
    },
    refresh: () => directory.refresh(),
  }
  return {
    ...r,
    directory,
    parts,
    asked,
    passwords,
    people,
    refuse: (act) => void (refused = act),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const aBackup = {
  name: '1.tamar',
  backupId: '0197f3a0-0000-7000-8000-0000000000ba',
  takenAt: 0,
  rows: 7,
  objects: 1,
  missingObjects: 0,
}

const aDrill = {
  backup: '1.tamar',
  backupId: aBackup.backupId,
  takenAt: 0,
  octets: 9,
  ageMs: 1,
  restoreMs: 2,
  verifyMs: 3,
  rows: 7,
  objects: 1,
  accounts: 1,
  messages: 1,
  faults: 0,
  sentences: [],
}

const gone = async (): Promise<never> => {
  throw new Refusal('not-found')
}
export const nothingHeld: HeldMail = {
  waitingFor: async () => [],
  requested: async () => [],
  request: gone,
  letGo: gone,
  refuse: gone,
}

export const nothingWaits: ListModeration = {
  waitingFor: async () => [],
  prepare: async () => {
    throw new Refusal('not-found')
  },
}

export const rehearsedBackups: Backups = {
  list: async () => [],
  make: async () => aBackup,
  verify: async () => {
    throw new Refusal('not-found')
  },
  drill: async () => aDrill,
}

/** `access` is not rehearsed here: this remembers what it was given. */
function rememberedCredentials(passwords: (string | undefined)[]): Credentials {
  const id = '0197f3a0-0000-7000-8000-00000000000a'
  const views: AppPasswordView[] = []
  return {
    setPassword: async (_tx, _person, password) => {
      passwords.push(password)
      return password ?? 'made-by-the-platform'
    },
    createAppPassword: async (_tx, { label, scopes, expiresAt }) => {
      views.push({ id, label, scopes, expiresAt, createdAt: 0, lastUsedAt: undefined })
      return { id, password: 'secret' }
    },
    resetFactors: async () => undefined,
    listAppPasswords: async () => views,
    hasAny: async () => views.length > 0,
    revokeAppPassword: async () => void views.pop(),
  }
}

export const lonelyCertificates: NodeCertificates = {
  show: async () => ({
    names: ['mx.td.example'],
    issuer: 'CN=Authority',
    serial: '01',
    fingerprint: 'AB',
    notBefore: 0,
    notAfter: 1,
    isGiven: false,
    tlsa: '3 1 1 aa',
    nextTlsa: undefined,
  }),
  request: async () => {
    throw new Refusal('invalid')
  },
  install: async () => {
    throw new Refusal('invalid')
  },
}

/** A DNS in which there is nothing. */
const noNames = {
  texts: async () => undefined,
  mailExchanges: async (name: string) => nothingOf(name),
  addresses: async (name: string) => nothingOf(name),
  tlsa: async (name: string) => nothingOf(name),
}

function nothingOf(name: string) {
  return { records: undefined, isSecure: false, name }
}

/** One node that stands in no DNS. */
export const lonelyHosts: MailHosts = {
  hostname: 'mx.td.example',
  smartHost: undefined,
  resolver: noNames,
  reportsTo: () => ({
    dmarc: undefined,
    tls: undefined,
    tlsUrl: undefined,
    isRead: () => false,
  }),
  ownKeys: async () => ({ current: '3 1 1 aa', next: undefined, isForHostname: true }),
  stsPolicyOf: () => undefined,
}
