/**
 * What a node does by the clock: forgets yesterday's deliveries, destroys what can no longer be
 * recovered and the keys no backup needs, lets the mail log and the greylist expire, collects objects
 * of nobody, tells owners of full mailboxes and of mail that was set aside, renews its certificate. Every node may do it; what one has
 * done the next does not find.
 */
import { expireOauthTokens } from '../access/oauth/token-rows.ts'
import { expireSteps } from '../access/web/steps.ts'
import { expireTokens } from '../access/tokens/session-rows.ts'
import { officeKind, webKind } from '../access/tokens/session-kind.ts'
import { expireBatches } from '../admin/batch/rows.ts'
import { keptSince } from '../admin/idempotency.ts'
import { expireKeptCalls } from '../admin/kept-calls.ts'
import { batchKeptMs, taskKeptMs } from '../admin/limits.ts'
import { expireTasks } from '../admin/task/rows.ts'
import { makePartitions } from '../audit/partitions.ts'
import { expireMailLog } from '../audit/mail-log.ts'
import { dayMs, hourMs, type Clock, type Millis } from '../base/clock.ts'
import { expireGreylist } from '../delivery/judge/greylist.ts'
import { expireSendingCounts } from '../delivery/judge/rates.ts'
import { expireSubscriptions } from '../push/rows.ts'
import { ObjectCollector } from '../store/collect-objects.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { dropBeside } from './audit/drop.ts'
import { tendDkimKeys } from './dkim.ts'
import type { ObjectCopies } from './objects.ts'
import type { Platform } from './platform.ts'
import { expireModerated } from './list-moderation.ts'
import { expireHeldMail, tellHeldMail } from './quarantine.ts'
import { warnOfCertificate } from './certificate-end.ts'
import { tellOtherDomains } from './reports.ts'
import { forgetReceived } from './received-reports.ts'
import { noticeNearlyFull } from './quota-notices.ts'
import { keepBackups, keepDrilling } from './scheduled-backups.ts'

export interface Duty {
  /** For the log. */
  readonly what: string
  readonly everyMs: Millis
  readonly run: () => Promise<unknown>
}

interface UpkeepParts {
  readonly clock: Clock
  readonly log: Pick<Telemetry['log'], 'error'>
}

/** Does what is due, one after the other; a duty that fails is logged and keeps none of the others. */
export class Upkeep {
  readonly #duties: readonly Duty[]
  readonly #parts: UpkeepParts
  readonly #doneAt = new Map<Duty, Millis>()
  #running: Promise<void> | undefined

  constructor(duties: readonly Duty[], parts: UpkeepParts) {
    this.#duties = duties
    this.#parts = parts
  }

  /** One round at a time. */
  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #round(): Promise<void> {
    const { clock, log } = this.#parts
    for (const duty of this.#duties) {
      const now = clock.now()
      const doneAt = this.#doneAt.get(duty)
      if (doneAt !== undefined && now - doneAt < duty.everyMs) continue
      try {
        await duty.run()
        this.#doneAt.set(duty, now)
      } catch (error) {
        log.error('upkeep failed', error, { what: duty.what })
      }
    }
  }
}

/** `renewCertificates`: undefined where the certificates are given by path. */
export function dutiesOf(
  platform: Platform,
  renewCertificates: (() => Promise<unknown>) | undefined,
): readonly Duty[] {
  const { store, ground, clock, config, dkim, directory } = platform
  const collector = new ObjectCollector(store.context)
  const hourly = (what: string, run: Duty['run']): Duty => ({ what, everyMs: 0, run })
  const daily = (what: string, run: Duty['run']): Duty => ({ what, everyMs: dayMs, run })
  return [
    hourly('deliveries', () => store.forgetDeliveries()),
    hourly('uploads', () => store.expireUploads()),
    hourly('audit-partitions', () => makePartitions(ground.database, clock.now())),
    daily('audit-outbox', () => dropBeside(platform)),
    hourly('mail-log', () => {
      const keptMs = directory.policy('mail-log.kept-days') * dayMs
      return expireMailLog(ground.database, clock.now() - keptMs)
    }),
    hourly('greylist', () => expireGreylist(ground.database, clock.now())),
    hourly('sending-counts', () => expireSendingCounts(ground.database, clock.now())),
    daily('received-reports', () => forgetReceived(ground, clock)),
    hourly('kept-calls', () => expireKeptCalls(ground.database, keptSince(clock.now()))),
    hourly('tasks', () => expireTasks(ground.database, clock.now() - taskKeptMs)),
    hourly('batches', () => expireBatches(ground.database, clock.now() - batchKeptMs)),
    ...[officeKind, webKind].map(({ table, idleMs }) =>
      hourly(table, () => expireTokens({ ...ground, table }, clock.now(), idleMs)),
    ),
    hourly('oauth-tokens', () => expireOauthTokens(ground.database, clock.now())),
    hourly('push-subscriptions', () => expireSubscriptions(ground.database, clock.now())),
    hourly('sign-in-steps', () => expireSteps(ground.database, clock.now())),
    hourly('objects', () => collector.run()),
    ...mendingOf(ground.objectCopies),
    hourly('recoverable-items', () => destroyExpired(store)),
    hourly('moderation', () => expireModerated(platform)),
    hourly('held-mail-expiry', () => expireHeldMail(platform)),
    hourly('held-mail-digest', () => tellHeldMail(platform)),
    hourly('dkim-keys', () => tendDkimKeys(dkim, directory)),
    hourly('reports', () => tellOtherDomains(platform)),
    hourly('quota-notices', () => noticeNearlyFull(platform)),
    daily('keys-of-past-months', () => store.retireEpochs(config.keep.backupDays * dayMs)),
    hourly('backups', () => keepBackups(platform)),
    hourly('drills', () => keepDrilling(platform)),
    daily('certificate-end', () => warnOfCertificate(platform)),
    ...(renewCertificates === undefined ? [] : [daily('certificates', renewCertificates)]),
  ]
}

function mendingOf(copies: ObjectCopies | undefined): readonly Duty[] {
  if (copies === undefined) return []
  return [{ what: 'object-copies', everyMs: dayMs, run: () => copies.mend() }]
}

async function destroyExpired(store: Platform['store']): Promise<void> {
  for (const account of await store.accountsWithExpired()) await store.destroyExpired(account)
}

/** Each hour, until disposed. */
export function startUpkeep(
  platform: Platform,
  renewCertificates: (() => Promise<unknown>) | undefined,
): Disposable {
  const { clock, telemetry } = platform
  const upkeep = new Upkeep(dutiesOf(platform, renewCertificates), { clock, log: telemetry.log })
  const timer = setInterval(() => void upkeep.round(), hourMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
