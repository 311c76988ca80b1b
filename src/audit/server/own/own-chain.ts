/**
 * The audit process's own chain in its own log: that it began and ended, whom it let in and whom not,
 * who read the log and whose names were looked up. It has the form of a node's chain, with keys that
 * only this process has, so that every verifier holds it to the same rules.
 */
import { createHmac, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Clock } from '../../../base/clock.ts'
import { canonicalJson, formatLeaf } from '../../../tlog/leaf.ts'
import type { AuditEntry } from '../../events.ts'
import { sealNames } from '../../names/name-box.ts'
import { pseudonymise, type Name } from '../../names/pseudonymise.ts'
import type { Batch } from '../../batch.ts'
import type { Intake } from '../intake.ts'

export interface OwnChainOptions {
  /** What the chain is called: the log's origin. No node may use it. */
  readonly node: string
  /** Of this process alone. */
  readonly secret: Buffer
  readonly auditorsKeyPath: string
  readonly intake: Pick<Intake, 'takeOwn' | 'tipOf'>
  readonly clock: Clock
}

export class OwnChain {
  readonly #options: OwnChainOptions
  readonly #auditors: KeyObject
  readonly #named = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: OwnChainOptions) {
    this.#options = options
    this.#auditors = createPublicKey(readFileSync(options.auditorsKeyPath))
  }

  /** One after the other. @returns its number, once it is sealed. */
  record(entry: AuditEntry): Promise<number> {
    // Who failed before has heard so himself.
    const written = this.#last.then(
      () => this.#seal(entry),
      () => this.#seal(entry),
    )
    this.#last = written
    return written
  }

  async #seal(entry: AuditEntry): Promise<number> {
    const { node, intake, clock } = this.#options
    const tip = intake.tipOf(node)
    const { fields, names } = pseudonymise({ hash: (of, data) => this.#mac(of, data) }, entry)
    const fresh = names.filter(({ pseudonym }) => !this.#named.has(pseudonym))
    const box = fresh.length === 0 ? undefined : sealNames(this.#auditors, fresh)
    const leaf = {
      v: 1,
      node,
      seq: tip.seq + 1,
      at: clock.now(),
      kind: entry.kind,
      entry: box === undefined ? fields : { ...fields, names: box.hash },
      previous: tip.mac,
    } as const
    const mac = this.#mac('audit.chain', canonicalJson(leaf)).toString('hex')
    const entries = [formatLeaf({ ...leaf, mac })]
    await intake.takeOwn({ boxes: box === undefined ? [] : [box.octets], entries } satisfies Batch)
    this.#remember(fresh)
    return leaf.seq
  }

  #remember(names: readonly Name[]): void {
    if (this.#named.size + names.length > namedMax) this.#named.clear()
    for (const { pseudonym } of names) this.#named.add(pseudonym)
  }

  #mac(of: string, data: string | Uint8Array): Buffer {
    return createHmac('sha256', this.#options.secret).update(`${of}\0`).update(data).digest()
  }

  /** Resolves when all that was begun is sealed, or has failed. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined)
  }
}

/** Pseudonyms whose names are known to be in a box; beyond it they are sent again. */
const namedMax = 10_000
