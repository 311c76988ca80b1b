/**
 * The composition root: every part of a node made by hand, in the order of the floors, each given
 * only what it uses. Disposing ends them in the opposite order: doors first, the database last.
 */
import { watchDrain, type DrainWatch } from './drain-watch.ts'
import type { AccountId } from '../base/id.ts'
import { findPlatformState } from '../access/platform-state.ts'
import { postmastersOf } from '../access/postmasters.ts'
import { createAccess } from '../access/create-access.ts'
import type { OwnedAccess } from '../access/owned-access.ts'
import type { Approvals } from '../approval/approvals.ts'
import { createAudit, type OwnedAudit } from '../audit/create-audit.ts'
import { makePartitions } from '../audit/partitions.ts'
import { openShipping, type AuditPlace, type Shipping } from '../audit/ship/open-shipping.ts'
import { createMailLog } from '../audit/mail-log.ts'
import type { AuditEntry } from '../audit/types.ts'
import { dayMs, hourMs, type Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import { createDelivery } from '../delivery/create-delivery.ts'
import { createLocalTransport } from '../delivery/local-transport.ts'
import type { DeliveryOptions } from '../delivery/ports.ts'
import { createReporter } from '../delivery/reporter.ts'
import type { OwnedDelivery } from '../delivery/types.ts'
import { createDirectory } from '../directory/directory.ts'
import type { Directory } from '../directory/types.ts'
import { createAuditNames } from './audit-names.ts'
import { StartFault } from './start-fault.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { Keys } from '../keys/types.ts'
import { createQueue, type OwnedQueue } from '../queue/create-queue.ts'
import { createHeldCopies } from '../queue/held/held.ts'
import type { HeldCopies } from '../queue/held/types.ts'
import { createModeration } from '../queue/moderation/moderation.ts'
import type { Moderation } from '../queue/moderation/types.ts'
import { createQueueWorker } from '../queue/worker.ts'
import { createStore, type OwnedStore } from '../store/store.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { providerOf, relyingPartyOf } from './auth.ts'
import { openApprovals } from './approvals.ts'
import type { AuditReach } from './audit/audit-place.ts'
import type { Config } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import type { Ground } from './ground.ts'
import { doorLog } from './logs.ts'
import { openDkim } from './dkim.ts'
import type { DkimKeys } from '../mailauth/dkim/key-store.ts'
import { openOutbound } from './outbound.ts'
import { createPdfReader, type PdfReader } from '../extract/pdf/pdf-reader.ts'
import { openPush, type PushParts } from './push.ts'
import { openReportCounters } from './reports.ts'
import { openReportIntake } from './received-reports.ts'
import type { ReportIntake } from '../report/received/take-in.ts'
import type { Trust } from '../delivery/judge/ports.ts'
import { openTrust } from './trust.ts'

export interface PlatformOptions {
  readonly config: Config
  readonly folder: DataFolder
  readonly ground: Ground
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly nodeId: string
  readonly auditPlace: AuditPlace
  readonly auditReach: AuditReach
}

/** The rooms below the doors, opened. */
export interface Platform extends AsyncDisposable, PlatformOptions {
  readonly audit: OwnedAudit
  readonly shipping: Shipping
  readonly store: OwnedStore
  readonly directory: Directory
  readonly access: OwnedAccess
  readonly approvals: Approvals
  readonly queue: OwnedQueue
  readonly moderation: Moderation
  readonly held: HeldCopies
  readonly delivery: OwnedDelivery
  readonly dkim: DkimKeys
  readonly trust: Trust
  readonly reports: ReportIntake
  readonly pdfs: PdfReader
  /** Undefined: devices are not pushed to. */
  readonly push: PushParts | undefined
  readonly writing: Writing
  readonly drain: DrainWatch
}

type Alarm = (what: string, facts?: object) => void

export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const stack = new AsyncDisposableStack()
  try {
    const { ground, clock, nodeId, telemetry } = options
    const { database, keys, objects } = ground
    // What is not on the log's list of fields is dropped there.
    const onAlarm: Alarm = (what, facts) => telemetry.log.warn(what, facts)
    await makePartitions(database, clock.now())
    const nameOf = createAuditNames(() => directory, clock)
    const shipping = stack.use(openAuditing(options, nameOf, onAlarm))
    const sealing = shipping.shipper
    const opening = await openingOf(database, keys)
    const trail = { database, keys, clock, nodeId, onAlarm, sealing, ...opening }
    const audit = stack.use(await createAudit(trail))
    const recoverableMs = () => directory.policy('mail.recoverable-days') * dayMs
    const holdsOf = (accountId: AccountId) =>
      directory.holds().filter((hold) => hold.accountId === accountId)
    const stored = { database, keys, objects, clock, nodeId, recoverableMs, holdsOf }
    const store = stack.use(await createStore(stored))
    const onRow = (facts: object) => onAlarm('a row does not verify', facts)
    const directory = stack.use(await createDirectory({ database, keys, onAlarm: onRow }))
    const relyingParty = relyingPartyOf(options.config)
    const provider = providerOf(options.config)
    const common = { database, keys, clock, directory, audit, relyingParty, provider }
    const access = stack.use(await createAccess(common))
    requirePasskeysFor(access, relyingParty.id)
    const shelves = { audit, shipping, store, directory, access }
    const writing = createWriting(options, shelves)
    const approvals = stack.use(await openApprovals({ ...options, ...shelves }, writing))
    requireBelievable({ directory, credentials: access, 'record of approvals': approvals })
    const carried = openDelivery(options, shelves, stack, onAlarm)
    const push = await openPush({ ...options, ...shelves })
    const drain = stack.use(await watchDrain(database, nodeId))
    stack.defer(keepKeysFresh(ground))
    const dispose = () => stack.disposeAsync()
    const parts = { ...options, ...shelves, ...carried, writing, approvals, push, drain }
    return { ...parts, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** Who may what cannot be told from rows that were put back: no door opens on them. */
function requireBelievable(
  feeds: Readonly<Record<string, { readonly isBelievable: boolean }>>,
): void {
  const robbed = Object.entries(feeds).find(([, { isBelievable }]) => !isBelievable)
  if (robbed === undefined) return
  throw new StartFault(
    `The ${robbed[0]} in the database was changed by something else than Tamar: rows were put back ` +
      'or taken away. Restore the database from a backup; the nodes that still run know the true state.',
  )
}

/** Whoever has a passkey could not sign in, and the reason would be seen nowhere. */
function requirePasskeysFor(access: OwnedAccess, name: string): void {
  const other = access.passkeyNames().find((each) => each !== name)
  if (other === undefined) return
  throw new StartFault(
    `People have passkeys made for ${other}; this node would ask for ${name}, which none of them ` +
      `opens. Set signIn.passkeysFor = "${other}".`,
  )
}

/** Names are asked for when entries are shipped, long after the directory is open. */
function openAuditing(
  { ground, clock, nodeId, config, auditPlace }: PlatformOptions,
  nameOf: (id: string) => string | undefined,
  onAlarm: Alarm,
): Shipping {
  const { database, keys } = ground
  const standsIn = config.roles.has('worker')
  const common = { database, keys: keys.platform, clock, nodeId, onAlarm }
  return openShipping({ ...common, place: auditPlace, nameOf, standsIn })
}

/** A platform begins with its founding: number 1 of its first chain. Architecture D10. */
async function openingOf(
  database: Database,
  keys: Keys,
): Promise<{ readonly opening?: AuditEntry }> {
  if ((await findPlatformState(database, keys, () => undefined)) !== undefined) return {}
  return { opening: { kind: 'founding', stage: 'begun', founders: [], statement: '' } }
}

type Shelves = Pick<Platform, 'audit' | 'shipping' | 'store' | 'directory' | 'access'>

function createWriting({ ground, clock }: PlatformOptions, shelves: Shelves): Writing {
  const { audit, store, access } = shelves
  return {
    keys: ground.keys,
    clock,
    audit,
    actor: {},
    makeAccount: (tx, account) => store.createAccountIn(tx, account),
    moveAccount: (tx, account) => store.moveAccountIn(tx, account),
    requireGrant: access.requireGrant,
  }
}

type Carried = Pick<
  Platform,
  'queue' | 'moderation' | 'held' | 'delivery' | 'dkim' | 'trust' | 'reports' | 'pdfs'
>

function openDelivery(
  { ground, clock, config, telemetry }: PlatformOptions,
  { audit, store, directory, access }: Shelves,
  stack: AsyncDisposableStack,
  onAlarm: Alarm,
): Carried {
  const { database, keys } = ground
  const rows = { database, keys: keys.platform, clock, onAlarm }
  const moderation = createModeration(rows)
  const held = createHeldCopies(rows)
  const queue = createQueue({ database, keys, clock, random: Math.random })
  const dkim = openDkim({ ground, config, clock, audit })
  const counters = openReportCounters({ config, ground, clock, onAlarm })
  if (counters !== undefined) stack.use(counters)
  const onEnd = (reason: string) => onAlarm('reading a PDF file was ended', { reason })
  const pdfs = stack.use(createPdfReader({ onEnd }))
  const trust = openTrust({
    config,
    dkim,
    database,
    keys: keys.platform,
    clock,
    store,
    audit,
    directory,
    pdfs,
    log: doorLog(telemetry.log, 'delivery'),
    onAlarm,
    ...counters,
  })
  const reports = openReportIntake({ ground, clock, directory })
  const { hostname } = config
  const options: DeliveryOptions = {
    directory,
    store,
    queue,
    moderation,
    access,
    mailLog: stack.use(createMailLog({ database, keys, clock })),
    spool: audit,
    sign: (domain, message) => dkim.sign(domain, message),
    trust,
    reports,
    clock,
    hostname,
    ...(config.postmaster === undefined ? {} : { postmaster: config.postmaster }),
    postmasters: (domain) => postmastersOf(directory, domain, clock.now()),
    limits: { messageOctetsMax: config.limits.messageOctets },
    log: doorLog(telemetry.log, 'delivery'),
  }
  if (config.roles.has('worker')) {
    const remote = openOutbound({ config, clock, ground, directory, ...counters })
    if (remote !== undefined) stack.use(remote)
    const transport = createLocalTransport(options, remote)
    const reporter = createReporter({ clock, hostname })
    stack.use(createQueueWorker({ queue, transport, reporter, onAlarm })).start()
  }
  return { queue, moderation, held, dkim, trust, reports, pdfs, delivery: createDelivery(options) }
}

/** A node that opens no accounts for long would not learn of platform keys made since. */
function keepKeysFresh({ keys }: Ground): () => void {
  // A database that is away now is asked again in an hour; opening an account asks too.
  const refresh = () => void keys.refresh().catch(() => undefined)
  const timer = setInterval(refresh, hourMs).unref()
  return () => clearInterval(timer)
}
