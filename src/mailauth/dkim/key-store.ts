/**
 * The DKIM keys of our domains: made, shown for DNS, used once their record is seen there, followed
 * by new ones as they age, and destroyed when nothing they signed can be under way any more. A key
 * that nobody can look up never signs.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Database, Tx } from '../../db/types.ts'
import type { TextResolver } from '../../dns/types.ts'
import type { Keys } from '../../keys/types.ts'
import {
  type DkimAlgorithm,
  type DkimKey,
  makeDkimSecret,
  openDkimSecret,
  recordOf,
} from './key.ts'
import { domainsMax, keyAgeMs, knownMs, overlapMs } from './limits.ts'
import {
  deleteKey,
  domainKeyOf,
  insertKey,
  listKeys,
  placeOf,
  publishKey,
  type KeyRow,
} from './rows.ts'
import { sealMessage, type Sealing } from '../verify/seal.ts'
import { signMessage } from './sign.ts'

export type DkimEvent = 'dkim.make' | 'dkim.publish' | 'dkim.destroy'

export interface DkimKeysOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
  readonly resolver: TextResolver
  /** In the transaction of what happened; `keyId` is the selector. */
  readonly record: (tx: Tx, event: DkimEvent, keyId: string) => Promise<void>
}

/** `waiting`: its record is not in DNS. `retired`: its record stays there until `until`. */
export interface DkimKeyView {
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  /** Of the TXT record at `<selector>._domainkey.<domain>`. */
  readonly record: string
  readonly state: 'waiting' | 'signing' | 'retired'
  readonly until: Millis | undefined
}

export interface DkimKeys {
  /** Makes what is missing, looks at DNS, and says what is to be there. Several nodes may do it. */
  tend(domain: string): Promise<readonly DkimKeyView[]>
  /** DKIM-Signature fields for a message of this domain; empty while no key may sign. */
  sign(domain: string, message: Buffer): Promise<string>
  /** An ARC set for a message that a domain of ours hands on (RFC 8617); empty while no key may sign. */
  seal(domain: string, message: Buffer, found: SealedFindings): Promise<string>
}

/** What was found of the message as it came. */
export type SealedFindings = Pick<Sealing, 'arc' | 'results'>

export function createDkimKeys(options: DkimKeysOptions): DkimKeys {
  return new KeyStore(options)
}

/** One letter each in the selector. */
const letters = { 'rsa-sha256': 'r', 'ed25519-sha256': 'e' } as const
const algorithms = ['rsa-sha256', 'ed25519-sha256'] as const

interface Known {
  readonly keys: readonly DkimKey[]
  readonly readAt: Millis
}

class KeyStore implements DkimKeys {
  readonly #options: DkimKeysOptions
  readonly #known = new Map<string, Known>()

  constructor(options: DkimKeysOptions) {
    this.#options = options
  }

  async tend(domain: string): Promise<readonly DkimKeyView[]> {
    for (const row of await this.#list(domain)) await this.#tendKey(domain, row)
    const rows = await this.#list(domain)
    for (const algorithm of algorithms)
      if (this.#isDue(rows.filter((row) => row.algorithm === algorithm)))
        await this.#make(domain, algorithm)
    this.#known.delete(domain)
    return (await this.#list(domain)).map((row) => this.#viewOf(domain, row))
  }

  async sign(domain: string, message: Buffer): Promise<string> {
    return signMessage(message, await this.#signing(domain), this.#options.clock.now())
  }

  /** With RSA: RFC 8617 §4.1 has one signature in a set, and not everybody knows Ed25519. */
  async seal(domain: string, message: Buffer, found: SealedFindings): Promise<string> {
    const keys = await this.#signing(domain)
    const key = keys.find(({ algorithm }) => algorithm === 'rsa-sha256') ?? keys[0]
    const at = this.#options.clock.now()
    return key === undefined ? '' : sealMessage(message, { ...found, key, at })
  }

  async #signing(domain: string): Promise<readonly DkimKey[]> {
    const now = this.#options.clock.now()
    let known = this.#known.get(domain)
    if (known === undefined || now - known.readAt >= knownMs) {
      const rows = await this.#list(domain)
      const signing = rows.filter((row) => stateOf(row) === 'signing')
      known = { keys: signing.map((row) => this.#open(domain, row)), readAt: now }
      if (this.#known.size >= domainsMax) this.#known.clear()
      this.#known.set(domain, known)
    }
    return known.keys
  }

  #list(domain: string): Promise<readonly KeyRow[]> {
    const { database, keys } = this.#options
    return listKeys(database, domainKeyOf(keys.platform, domain))
  }

  #open(domain: string, { selector, algorithm, sealed }: KeyRow): DkimKey {
    const { platform } = this.#options.keys
    const place = placeOf(domainKeyOf(platform, domain), selector, algorithm)
    const privateKey = openDkimSecret(platform.open(place, sealed))
    return { domain, selector, algorithm, privateKey }
  }

  #viewOf(domain: string, row: KeyRow): DkimKeyView {
    return {
      selector: row.selector,
      algorithm: row.algorithm,
      record: recordOf(this.#open(domain, row)),
      state: stateOf(row),
      until: row.retired_at === null ? undefined : row.retired_at + overlapMs,
    }
  }

  /** The newest of an algorithm has aged, or there is none. One that waits for DNS has no follower. */
  #isDue([newest]: readonly KeyRow[]): boolean {
    if (newest === undefined) return true
    if (newest.published_at === null) return false
    return this.#options.clock.now() - newest.published_at >= keyAgeMs
  }

  async #tendKey(domain: string, row: KeyRow): Promise<void> {
    const { database, keys, clock, record } = this.#options
    const domainKey = domainKeyOf(keys.platform, domain)
    const now = clock.now()
    if (row.retired_at !== null && now - row.retired_at >= overlapMs)
      await database.transaction(async (tx) => {
        if (await deleteKey(tx, domainKey, row.selector))
          await record(tx, 'dkim.destroy', row.selector)
      })
    else if (row.published_at === null && (await this.#isPublished(domain, row)))
      await database.transaction(async (tx) => {
        if (await publishKey(tx, domainKey, row, now))
          await record(tx, 'dkim.publish', row.selector)
      })
  }

  async #isPublished(domain: string, row: KeyRow): Promise<boolean> {
    const wanted = publicPartOf(recordOf(this.#open(domain, row)))
    try {
      const texts = await this.#options.resolver.texts(`${row.selector}._domainkey.${domain}`)
      // RFC 6376 §3.6.2.2: several records make the result undefined for who verifies.
      return texts?.length === 1 && publicPartOf(texts[0] ?? '') === wanted
    } catch (error) {
      // Nobody can say now; it is asked again.
      if (isRefusal(error, 'try-again')) return false
      throw error
    }
  }

  async #make(domain: string, algorithm: DkimAlgorithm): Promise<void> {
    const { database, keys, clock, record } = this.#options
    const now = clock.now()
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
    const selector = `t${day}${letters[algorithm]}`
    const domainKey = domainKeyOf(keys.platform, domain)
    const secret = await makeDkimSecret(algorithm)
    const sealed = keys.platform.seal(placeOf(domainKey, selector, algorithm), secret)
    secret.fill(0)
    await database.transaction(async (tx) => {
      if (await insertKey(tx, domainKey, { selector, algorithm, made_at: now, sealed }))
        await record(tx, 'dkim.make', selector)
    })
  }
}

function stateOf({ published_at: publishedAt, retired_at: retiredAt }: KeyRow) {
  if (retiredAt !== null) return 'retired'
  return publishedAt === null ? 'waiting' : 'signing'
}

/** What stands in p=; who publishes may write the other tags in his way. RFC 6376 §3.6.1. */
function publicPartOf(record: string): string | undefined {
  const tag = record.split(';').find((part) => part.trimStart().startsWith('p='))
  return tag?.trim().slice(2).replaceAll(/\s/g, '')
}
