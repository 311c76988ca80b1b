/**
 * Between two steps of a sign-in or of a ceremony: a row for minutes, found by a token that only who
 * took the first step has, believed with its MAC, and gone once it was used.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock, Millis } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { tableBuckets } from '../limits.ts'

export interface StepParts {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform' | 'authority'>
  readonly clock: Clock
  readonly onStepAlarm: () => void
}

interface StoredStep {
  readonly sealed: Buffer
  readonly expires_at: Millis
  readonly mac: Buffer
}

/** Contents name their kind, so that no step is taken for another. */
export interface StepContent {
  readonly step: string
}

export class Steps<C extends StepContent> {
  readonly #parts: StepParts

  constructor(parts: StepParts) {
    this.#parts = parts
  }

  /** @returns the token; it is kept nowhere. */
  async begin(content: C, livesMs: number): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const { database, clock } = this.#parts
    const row = this.#seal(token, content, clock.now() + livesMs)
    await database.single({
      name: 'access.insert-step',
      text: `INSERT INTO sign_in_step (bucket, key, sealed, expires_at, mac)
        VALUES ($1, $2, $3, $4, $5)`,
      values: [bucketOf(row.key), row.key, row.sealed, row.expiresAt, row.mac],
    })
    return token
  }

  async find<K extends C['step']>(
    step: K,
    token: string,
  ): Promise<Extract<C, { step: K }> | undefined> {
    const key = this.#keyOf(token)
    const row = await this.#parts.database.row<StoredStep>({
      name: 'access.find-step',
      text: 'SELECT sealed, expires_at, mac FROM sign_in_step WHERE bucket = $1 AND key = $2',
      values: [bucketOf(key), key],
    })
    return this.#open(step, key, row)
  }

  /** It is gone by this, whatever becomes of it. */
  async take<K extends C['step']>(
    step: K,
    token: string,
  ): Promise<Extract<C, { step: K }> | undefined> {
    const key = this.#keyOf(token)
    const [row] = await this.#parts.database.single<StoredStep>({
      name: 'access.take-step',
      text: `DELETE FROM sign_in_step WHERE bucket = $1 AND key = $2
        RETURNING sealed, expires_at, mac`,
      values: [bucketOf(key), key],
    })
    return this.#open(step, key, row)
  }

  #seal(token: string, content: C, expiresAt: Millis) {
    const { keys } = this.#parts
    const key = this.#keyOf(token)
    const sealed = keys.platform.seal(placeOf(key), Buffer.from(JSON.stringify(content)))
    return { key, sealed, expiresAt, mac: keys.authority.mac(table, [key, sealed, expiresAt]) }
  }

  #open<K extends C['step']>(
    step: K,
    key: Buffer,
    row: StoredStep | undefined,
  ): Extract<C, { step: K }> | undefined {
    const { keys, clock, onStepAlarm } = this.#parts
    if (row === undefined || clock.now() >= row.expires_at) return undefined
    if (!keys.authority.verify(table, [key, row.sealed, row.expires_at], row.mac)) {
      onStepAlarm()
      return undefined
    }
    // Sealed and under our MAC: it is what `begin` was given.
    const content = JSON.parse(keys.platform.open(placeOf(key), row.sealed).toString()) as C
    // Its kind is compared: it is of the kind that was asked for.
    return content.step === step ? (content as Extract<C, { step: K }>) : undefined
  }

  #keyOf(token: string): Buffer {
    return this.#parts.keys.platform.hash('sign-in-step', token)
  }
}

/** Those whose minutes are over. */
export async function expireSteps(database: Database, now: Millis): Promise<void> {
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    await database.single({
      name: 'access.expire-steps',
      text: 'DELETE FROM sign_in_step WHERE bucket = $1 AND expires_at <= $2',
      values: [bucket, now],
    })
}

const table = 'sign_in_step'

/** Sealed to its own row. */
function placeOf(key: Buffer): { readonly object: string; readonly field: string } {
  return { object: createHash('sha256').update(key).digest('hex'), field: `${table}.sealed` }
}

function bucketOf(key: Buffer): number {
  return (key[0] ?? 0) % tableBuckets
}
