/** One run of a script for one message: what it knows and what it has asked for so far. */
import { Budget } from './budget.ts'
import { expandVariables } from './expand.ts'
import {
  fileintoMax,
  headerEditsMax,
  redirectsMax,
  stepsMax,
  variableCharactersMax,
  variablesMax,
} from './limits.ts'
import { matchOne, type Captures, type Matching } from './match.ts'
import { RunFault } from './run-fault.ts'
import type { SieveAction, SieveField, SieveMessage, SievePlace } from './types.ts'

/** What belongs to one script, whether it was included or not. */
export interface Frame {
  readonly variables: Map<string, string>
  readonly globals: Set<string>
  readonly hasVariables: boolean
}

export class Run {
  readonly message: SieveMessage
  readonly place: SievePlace
  readonly budget = new Budget(stepsMax)
  readonly actions: SieveAction[] = []
  edits = 0
  /** As the header is after the edits so far. */
  fields: readonly SieveField[]
  isKeptImplicitly = true
  /** The internal variable of RFC 5232 §2. */
  flags: readonly string[] = []
  /** RFC 6609 §3.2: names of scripts that were included, and how deep we are. */
  readonly included = new Set<string>()
  includes = 0
  depth = 0
  #captures: Captures = []
  readonly #globals = new Map<string, string>()
  #frame: Frame

  constructor(message: SieveMessage, place: SievePlace, frame: Frame) {
    this.message = message
    this.place = place
    this.fields = message.fields
    this.#frame = frame
  }

  get frame(): Frame {
    return this.#frame
  }

  /** Runs `work` with another script's variables. */
  async within<T>(frame: Frame, work: () => Promise<T>): Promise<T> {
    const outer = this.#frame
    this.#frame = frame
    this.depth++
    try {
      return await work()
    } finally {
      this.depth--
      this.#frame = outer
    }
  }

  expand(text: string): string {
    if (!this.#frame.hasVariables) return text
    const expanded = expandVariables(
      text,
      (name) => this.variable(name),
      (index) => this.#captures[index] ?? '',
    )
    this.budget.spend(expanded.length / 1_000)
    return expanded
  }

  variable(name: string): string {
    const global = globalName(this.#frame, name)
    return (
      (global === undefined ? this.#frame.variables.get(name) : this.#globals.get(global)) ?? ''
    )
  }

  /** Longer values are cut (RFC 5229 §6). */
  setVariable(name: string, value: string): void {
    const global = globalName(this.#frame, name)
    const variables = global === undefined ? this.#frame.variables : this.#globals
    variables.set(global ?? name, value.slice(0, variableCharactersMax))
    if (variables.size > variablesMax) throw new RunFault('too many variables')
  }

  /** Any of the values against any of the keys; what wildcards stood for is remembered. */
  matches(matching: Matching, values: readonly string[], keys: readonly string[]): boolean {
    for (const value of values) {
      for (const key of keys) {
        const captures = matchOne(matching, value, key, this.budget)
        if (captures === undefined) continue
        if (captures.length > 0) this.#captures = captures
        return true
      }
    }
    return false
  }

  /** Takes the place of the implicit keep, unless it is a copy. */
  add(action: SieveAction, isCopy: boolean): void {
    if (!isCopy) this.isKeptImplicitly = false
    requireCompatible(this.actions, action)
    const limit = action.kind === 'redirect' ? redirectsMax : fileintoMax
    if (this.actions.filter(({ kind }) => kind === action.kind).length >= limit)
      throw new RunFault(`more than ${limit} times ${action.kind}`)
    const at = this.actions.findIndex((other) => isSame(other, action))
    if (at < 0) this.actions.push(action)
    else if (action.kind === 'keep' || action.kind === 'fileinto') this.actions[at] = action
  }

  edit(fields: readonly SieveField[]): void {
    if (++this.edits > headerEditsMax) throw new RunFault('too many changes to the header')
    this.fields = fields
  }
}

/** `global.x`, or a name that `global` declared. RFC 6609 §3.4. */
function globalName(frame: Frame, name: string): string | undefined {
  if (name.startsWith('global.')) return name.slice('global.'.length)
  return frame.globals.has(name) ? name : undefined
}

/** Twice into the same place is once; the flags of the later count. RFC 5228 §2.10.3. */
function isSame(one: SieveAction, other: SieveAction): boolean {
  if (one.kind === 'fileinto' && other.kind === 'fileinto') return one.mailbox === other.mailbox
  if (one.kind === 'redirect' && other.kind === 'redirect')
    return one.address.toLowerCase() === other.address.toLowerCase()
  return one.kind === 'keep' && other.kind === 'keep'
}

/** RFC 5429 §2.5, RFC 5230 §4.7: nobody is refused and answered, or refused and kept. */
function requireCompatible(actions: readonly SieveAction[], added: SieveAction): void {
  const kinds = new Set(actions.map(({ kind }) => kind))
  if (added.kind === 'vacation' && kinds.has('vacation'))
    throw new RunFault('vacation stands twice')
  if (added.kind === 'reject' && kinds.size > 0)
    throw new RunFault('reject cannot stand beside another action')
  if (added.kind !== 'reject' && kinds.has('reject'))
    throw new RunFault(`${added.kind} cannot stand beside reject`)
}
