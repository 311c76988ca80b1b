/** Plugs in pushing to devices, where the configuration lets this platform send to other systems itself. */
import { StateWatch } from '../jmap/core/state-watch.ts'
import type { PushPart } from '../jmap/ports.ts'
import { MemoryBudget } from '../net/memory-budget.ts'
import { parsePushUrl, post } from '../push/post.ts'
import { Pusher } from '../push/pusher.ts'
import { Slots } from '../push/slots.ts'
import { Subscriptions } from '../push/subscriptions.ts'
import type { VapidKey } from '../push/vapid.ts'
import { findVapidKey } from '../push/vapid-key.ts'
import { jmapParts } from './jmap.ts'
import { openResolver } from './outbound.ts'
import type { Platform } from './platform.ts'

export interface PushParts extends PushPart {
  readonly vapidKey: VapidKey
  readonly mayUseLoopback: boolean
  readonly onAlarm: (rowId: string) => void
}

type Ground = Pick<Platform, 'ground' | 'config' | 'clock' | 'audit' | 'access' | 'telemetry'>

/** Undefined: nothing leaves, or it leaves through a smart host, which carries mail alone. */
export async function openPush(platform: Ground): Promise<PushParts | undefined> {
  const { ground, config, clock, audit, access } = platform
  const { outbound, roles } = config
  const isNeeded = roles.has('http') || roles.has('worker')
  if (outbound.kind !== 'direct' || !isNeeded) return undefined
  const { mayUseLoopback } = outbound
  const { database, keys } = ground
  const vapidKey = await findVapidKey({
    database,
    keys,
    clock,
    recordMade: (tx) => audit.record(tx, { kind: 'key', event: 'vapid.make', keyId: 'vapid' }),
  })
  const what = 'row-does-not-verify'
  const onAlarm = (rowId: string) => platform.telemetry.log.warn(what, { objectId: rowId })
  const { resting } = access
  const gateFor: typeof access.gateFor = (principal) => access.gateFor(principal)
  return {
    vapidKey,
    mayUseLoopback,
    onAlarm,
    applicationServerKey: vapidKey.publicKey,
    subscriptions: new Subscriptions({
      database,
      keys,
      clock,
      audit,
      resting,
      gateFor,
      onAlarm,
    }),
    mayPushTo: (url) => parsePushUrl(url, mayUseLoopback) !== undefined,
  }
}

/** Undefined: this process does not push. */
export function startPusher(platform: Platform): AsyncDisposable | undefined {
  const { ground, config, clock, audit, access, telemetry, nodeId, push } = platform
  if (push === undefined || !config.roles.has('worker')) return undefined
  const parts = jmapParts(platform, new MemoryBudget(0))
  const { vapidKey, mayUseLoopback, onAlarm } = push
  const there = { resolver: openResolver(config), mayUseLoopback }
  const slots = new Slots()
  return new Pusher({
    database: ground.database,
    keys: ground.keys,
    clock,
    audit,
    nodeId,
    onAlarm,
    resting: access.resting,
    openWatch: (principal, options) => new StateWatch(parts, principal, options),
    accountsOf: (principal) =>
      access
        .accountsOf(principal)
        .map(({ accountId }) => accountId)
        .join(),
    onRevoked: (principal, listener) => access.onRevoked(principal, listener),
    post: (one, signal) => slots.run(() => post(there, one, signal)),
    vapidKey,
    contact: `mailto:${config.postmaster ?? `postmaster@${config.hostname}`}`,
    log: telemetry.log,
  }).start()
}
