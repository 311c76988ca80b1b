/** Reads the log as it grows and says what is an alert, the same thing once in a while and not always. */
import type { Clock, Millis } from '../../base/clock.ts'
import type { Leaf } from '../../tlog/types.ts'
import { countersMax, repeatMs, silenceMs } from './limits.ts'
import { createRules, type Finding, type Rule } from './rules.ts'
import type { Alert } from './types.ts'

export interface WatchOptions {
  readonly clock: Clock
  readonly ownNode?: string
  readonly isOfficeHour: (at: Millis) => boolean
  readonly onAlert: (alert: Alert) => void
}

export class AlertWatch {
  readonly #options: WatchOptions
  readonly #rules: readonly Rule[]
  /** What was said, and when; the oldest first. */
  readonly #said = new Map<string, Millis>()
  /** Nodes that run, and when they were last heard of. */
  readonly #heard = new Map<string, Millis>()

  constructor(options: WatchOptions) {
    this.#options = options
    this.#rules = createRules(options.isOfficeHour)
  }

  /** `isKnown`: the log had it before; it only warms the counters. */
  see(leaf: Leaf, isKnown = false): void {
    const now = this.#options.clock.now()
    if (leaf.kind === 'node' && leaf.entry['event'] === 'stop') this.#heard.delete(leaf.node)
    else if (leaf.node !== this.#options.ownNode) this.#heard.set(leaf.node, now)
    for (const rule of this.#rules) {
      const finding = rule(leaf, isKnown ? leaf.at : now)
      if (finding !== undefined && !isKnown) this.#say(finding, leaf, now)
    }
  }

  /** A node has asked for something: it is there, and can reach us. */
  heard(node: string): void {
    if (this.#heard.has(node)) this.#heard.set(node, this.#options.clock.now())
  }

  chainBroke(node: string, seq: number, what: string): void {
    const sentence = `The chain of a node does not go on as it should: ${what}.`
    const place = { node, seq, at: this.#options.clock.now() }
    this.#say({ rule: 'chain-break', about: `${node}/${seq}`, sentence }, place, place.at)
  }

  /** Every few seconds: who should have been heard of and was not. */
  tick(): void {
    const now = this.#options.clock.now()
    for (const [node, at] of this.#heard) {
      if (now - at < silenceMs) continue
      const sentence = 'A node that has not stopped sends nothing to the audit log.'
      this.#say({ rule: 'audit-silence', about: node, sentence }, { node, at: now }, now)
      this.#heard.delete(node)
    }
  }

  #say(
    finding: Finding,
    { node, seq, at }: { readonly node: string; readonly seq?: number; readonly at: Millis },
    now: Millis,
  ): void {
    const { rule, who, about, count, sentence } = finding
    const key = [rule, who, about].join(' ')
    if (now - (this.#said.get(key) ?? -Infinity) < repeatMs) return
    this.#said.delete(key)
    this.#said.set(key, now)
    if (this.#said.size > countersMax)
      for (const oldest of this.#said.keys()) {
        this.#said.delete(oldest)
        break
      }
    this.#options.onAlert({ rule, at, node, seq, who, about, count, sentence })
  }
}
