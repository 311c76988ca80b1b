/**
 * Takes entries from many shippers at once, holds each to its chain, and seals what waits in one
 * append: while the disk is busy the next batch gathers. Durable and signed for before anybody hears.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { macAfterLeaf, parseLeaf } from '../../tlog/leaf.ts'
import type { LogStore } from '../../tlog/types.ts'
import type { Batch } from '../batch.ts'
import { hashBox } from '../names/name-box.ts'
import type { BoxStore } from './box-store.ts'
import { chainStart, follow } from './follow.ts'
import type { ChainTip, Following } from './follow.ts'
import { intakeWaitingMax, sealEntriesMax, stuckAfterMs } from './limits.ts'

/** An entry that is not believed: everything of its node waits until somebody has looked. */
export interface ChainBreak {
  readonly node: string
  readonly seq: number
  readonly what: Exclude<Following, 'next' | 'after-crash' | 'known'>
  /** What the log holds of this node. */
  readonly held: number
}

export interface Receipt {
  /** The last sealed number of each node of the batch. */
  readonly sealed: Readonly<Record<string, number>>
  readonly size: number
  /** The first entry that was refused; those of other nodes, and those before it, are sealed. */
  readonly refused?: ChainBreak
}

export interface IntakeOptions {
  readonly log: LogStore
  readonly boxes: BoxStore
  /** A chain that goes on after a crash, or does not go on. */
  readonly onBreak: (broken: ChainBreak) => void
  readonly clock: Clock
  /** The chain of this process itself: nobody else may write it. */
  readonly ownNode: string
  /** The disk has not taken anything for so long that only a new start can help. */
  readonly onStuck: () => void
}

interface Waiting {
  readonly batch: Batch
  readonly isOwn: boolean
  readonly done: PromiseWithResolvers<Receipt>
}

/** One request, read and held to the chains as they will be after those before it. */
interface Judged {
  readonly waiting: Waiting
  readonly nodes: ReadonlySet<string>
  readonly refused: ChainBreak | undefined
}

export class Intake implements AsyncDisposable {
  readonly #options: IntakeOptions
  readonly #tips: Map<string, ChainTip>
  readonly #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #isClosed = false
  #failingSince: Millis | undefined

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#tips = new Map(options.log.chains())
  }

  /** @throws Refusal('invalid') for what is no batch of leaves, ('too-busy'), ('try-again') */
  take(batch: Batch): Promise<Receipt> {
    return this.#take(batch, false)
  }

  /** An entry of this process's own chain. @throws whatever the disk said */
  async takeOwn(batch: Batch): Promise<void> {
    const { refused } = await this.#take(batch, true)
    if (refused !== undefined) throw new Error(`own entry refused: ${refused.what}`)
  }

  #take(batch: Batch, isOwn: boolean): Promise<Receipt> {
    if (this.#isClosed || this.#waiting.length >= intakeWaitingMax)
      return Promise.reject(new Refusal('too-busy', { what: 'audit intake' }))
    const done = Promise.withResolvers<Receipt>()
    this.#waiting.push({ batch, isOwn, done })
    this.#running ??= this.#run()
    return done.promise
  }

  tipOf(node: string): ChainTip {
    return this.#tips.get(node) ?? chainStart
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the loop goes together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#seal(this.#gather())
    this.#running = undefined
  }

  #gather(): readonly Waiting[] {
    let entries = 0
    let count = 0
    for (const { batch } of this.#waiting) {
      if (count > 0 && entries + batch.entries.length > sealEntriesMax) break
      entries += batch.entries.length
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #seal(requests: readonly Waiting[]): Promise<void> {
    const tips = new Map<string, ChainTip>()
    const fresh: Buffer[] = []
    const judged: Judged[] = []
    for (const waiting of requests) {
      try {
        judged.push(this.#judge(waiting, tips, fresh))
      } catch (error) {
        waiting.done.reject(error)
      }
    }
    try {
      await this.#keepBoxes(judged)
      if (fresh.length > 0) await this.#options.log.append(fresh)
      this.#failingSince = undefined
    } catch (error) {
      this.#noteFailure()
      for (const { waiting } of judged) waiting.done.reject(error)
      return
    }
    for (const [node, tip] of tips) this.#tips.set(node, tip)
    for (const each of judged) this.#answer(each)
  }

  /** Adds to `tips` and `fresh` only when the whole batch could be read. */
  #judge(waiting: Waiting, tips: Map<string, ChainTip>, fresh: Buffer[]): Judged {
    const leaves = waiting.batch.entries.map((octets) => ({ octets, leaf: parseLeaf(octets) }))
    const { ownNode } = this.#options
    if (leaves.some(({ leaf }) => (leaf.node === ownNode) !== waiting.isOwn))
      throw new Refusal('invalid', { what: 'an entry of a chain that is not the sender’s' })
    const nodes = new Set<string>()
    const broken = new Set<string>()
    let refused: ChainBreak | undefined
    for (const { octets, leaf } of leaves) {
      const { node, seq } = leaf
      nodes.add(node)
      if (broken.has(node)) continue
      const tip = tips.get(node) ?? this.tipOf(node)
      const mac = macAfterLeaf(leaf)
      const what = follow(tip, leaf, mac)
      if (what === 'known') continue
      if (what === 'next' || what === 'after-crash') {
        tips.set(node, { seq, mac })
        fresh.push(octets)
        continue
      }
      broken.add(node)
      const found = { node, seq, what, held: tip.seq }
      refused ??= found
      this.#options.onBreak(found)
    }
    return { waiting, nodes, refused }
  }

  /** Before the entries that refer to them: an entry in the log never misses its names. */
  async #keepBoxes(judged: readonly Judged[]): Promise<void> {
    for (const { waiting } of judged)
      for (const box of waiting.batch.boxes) await this.#options.boxes.put(hashBox(box), box)
  }

  #noteFailure(): void {
    const now = this.#options.clock.now()
    this.#failingSince ??= now
    if (now - this.#failingSince < stuckAfterMs) return
    this.#failingSince = undefined
    this.#options.onStuck()
  }

  #answer({ waiting, nodes, refused }: Judged): void {
    const sealed = Object.fromEntries([...nodes].map((node) => [node, this.tipOf(node).seq]))
    const { size } = this.#options.log
    waiting.done.resolve({ sealed, size, ...(refused === undefined ? {} : { refused }) })
  }

  /** Seals what waits; nothing is taken afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#running
  }
}
