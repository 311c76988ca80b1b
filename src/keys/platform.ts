/**
 * The platform's own keys: made at the first start, followed by new ones as they age. A new key is
 * active a week after it is made, so that every node has read it before any value carries its id.
 */
import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import type { Millis } from '../base/clock.ts'
import { RowAuthority } from './authority.ts'
import type { Ground } from './ground.ts'
import { keyIdOctets, keyOctets, platformKeyAgeMs, platformKeyLeadMs } from './limits.ts'
import {
  insertPlatformKeys,
  listPlatformKeys,
  platformPlace,
  platformPurposes,
  retirePlatformKeys,
} from './platform-rows.ts'
import type { PlatformKeyRow, PlatformPurpose } from './platform-rows.ts'
import { randomOctets } from './random.ts'
import { KeyRing } from './ring.ts'

/** Those that seal are followed by new ones by themselves. */
const ageing: ReadonlySet<string> = new Set<PlatformPurpose>(['directory', 'platform'])

export class PlatformKeys {
  readonly directory: KeyRing
  readonly platform: KeyRing
  readonly authority = new RowAuthority()
  readonly pepper = Buffer.allocUnsafeSlow(keyOctets)
  readonly #ground: Ground
  /** Secrets opened so far, by key id in hex: each is unwrapped once. */
  readonly #opened = new Map<string, KeyObject>()

  constructor(ground: Ground) {
    this.#ground = ground
    this.directory = new KeyRing(ground.suites, 'directory')
    this.platform = new KeyRing(ground.suites, 'platform')
  }

  /** Makes what is missing, follows what has aged, opens what is new. */
  async refresh(): Promise<void> {
    const { database, clock } = this.#ground
    const now = clock.now()
    let rows = await listPlatformKeys(database)
    // Opened first: a node with the wrong master key stops here and has written nothing.
    await this.#open(rows)
    const due = dueKeys(rows, now)
    if (due.length > 0) {
      await this.#make(due, now)
      rows = await listPlatformKeys(database)
      await this.#open(rows)
    }
    this.#arrange(rows, now)
  }

  /** The next generation of a purpose, active after the lead time. */
  async rotate(purpose: 'directory' | 'platform' | 'authority'): Promise<void> {
    const now = this.#ground.clock.now()
    const rows = await listPlatformKeys(this.#ground.database)
    const generation = newest(rows, purpose)?.generation ?? 0
    const activatedAt = now + platformKeyLeadMs
    await this.#make([{ purpose, generation: generation + 1, activatedAt }], now)
    await this.refresh()
  }

  async #make(due: readonly DueKey[], now: Millis): Promise<void> {
    const rows: PlatformKeyRow[] = []
    for (const key of due) {
      const keyId = randomOctets(keyIdOctets)
      const secret = randomOctets(keyOctets)
      const place = platformPlace(key.purpose, keyId)
      rows.push({ ...key, keyId, wrapping: await this.#ground.masters.wrap(place, secret) })
      secret.fill(0)
    }
    await this.#ground.database.transaction(async (tx) => {
      await insertPlatformKeys(tx, rows, now)
      await retirePlatformKeys(tx, now)
    })
  }

  async #open(rows: readonly PlatformKeyRow[]): Promise<void> {
    for (const { keyId, purpose, wrapping } of rows) {
      const id = keyId.toString('hex')
      if (this.#opened.has(id)) continue
      const secret = await this.#ground.masters.open(platformPlace(purpose, keyId), wrapping)
      this.#opened.set(id, secret)
    }
  }

  #arrange(rows: readonly PlatformKeyRow[], now: Millis): void {
    this.#arrangeRing(this.directory, rows, 'directory', now)
    this.#arrangeRing(this.platform, rows, 'platform', now)
    const authority = rows.filter((row) => row.purpose === 'authority')
    this.authority.adopt(
      this.#secretOf(activeOf(rows, 'authority', now)),
      authority.map((row) => this.#secretOf(row)),
    )
    this.#secretOf(activeOf(rows, 'pepper', now))
      .export()
      .copy(this.pepper)
  }

  #arrangeRing(
    ring: KeyRing,
    rows: readonly PlatformKeyRow[],
    purpose: 'directory' | 'platform',
    now: Millis,
  ): void {
    for (const row of rows)
      if (row.purpose === purpose && !ring.has(row.keyId))
        ring.add(row.keyId, () => this.#secretOf(row))
    ring.sealUnder(activeOf(rows, purpose, now).keyId)
    ring.hashUnder(this.#secretOf(activeOf(rows, `${purpose}-hash`, now)))
  }

  #secretOf(row: PlatformKeyRow): KeyObject {
    const secret = this.#opened.get(row.keyId.toString('hex'))
    assert(secret !== undefined, 'rows are opened before they are arranged')
    return secret
  }
}

type DueKey = Pick<PlatformKeyRow, 'purpose' | 'generation' | 'activatedAt'>

function dueKeys(rows: readonly PlatformKeyRow[], now: Millis): readonly DueKey[] {
  const due: DueKey[] = []
  for (const purpose of platformPurposes) {
    const last = newest(rows, purpose)
    if (last === undefined) due.push({ purpose, generation: 1, activatedAt: now })
    else if (ageing.has(purpose) && now - last.activatedAt > platformKeyAgeMs) {
      const activatedAt = now + platformKeyLeadMs
      due.push({ purpose, generation: last.generation + 1, activatedAt })
    }
  }
  return due
}

function newest(rows: readonly PlatformKeyRow[], purpose: string): PlatformKeyRow | undefined {
  return rows.findLast((row) => row.purpose === purpose)
}

/** The newest that is active; the oldest where a clock runs behind the node that made it. */
function activeOf(rows: readonly PlatformKeyRow[], purpose: string, now: Millis): PlatformKeyRow {
  const ours = rows.filter((row) => row.purpose === purpose)
  const row = ours.findLast((row) => row.activatedAt <= now) ?? ours[0]
  assert(row !== undefined, `a platform key for ${purpose}`)
  return row
}
