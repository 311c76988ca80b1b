/** How a command or a test is written: its tags, its values, and what it needs. One file each. */
import type { Capability } from './capabilities.ts'
import type { Arguments } from './arguments.ts'
import type { Run } from './run.ts'
import type { Position } from './syntax/position.ts'

export type Kind = 'text' | 'list' | 'number'

export interface TagDefinition {
  readonly name: string
  readonly needs?: Capability
  /** What follows the tag. */
  readonly value?: Kind
  /** The only texts that may follow. */
  readonly oneOf?: readonly string[]
  /** Of one group only one may stand. */
  readonly group?: string
}

export interface ValueDefinition {
  readonly name: string
  readonly kind: Kind
  readonly isOptional?: true
}

interface Definition {
  readonly name: string
  /** One of these must be required. */
  readonly needs?: Capability
  readonly tags?: readonly TagDefinition[]
  readonly values?: readonly ValueDefinition[]
  /** What cannot be said by tags and values: throws Refusal('invalid'). */
  check?(bound: Bound): void
}

export interface TestDefinition extends Definition {
  readonly takes?: 'test' | 'tests'
  test(run: Run, args: Arguments): boolean | Promise<boolean>
}

/** What a command does to the order of things. */
export type Flow = 'next' | 'stop' | 'return'

export interface CommandDefinition extends Definition {
  run(run: Run, args: Arguments): Flow | Promise<Flow>
}

export type Raw = string | number | readonly string[] | true

/** A call with its arguments in their places, not yet expanded. */
export interface Bound {
  readonly at: Position
  readonly given: ReadonlyMap<string, Raw>
  readonly tests: readonly CheckedTest[]
}

export interface CheckedTest {
  readonly definition: TestDefinition
  readonly bound: Bound
}

export interface CheckedCommand {
  readonly definition: CommandDefinition
  readonly bound: Bound
}

/** `if` with its `elsif`s and `else`: the first block whose test holds. */
export interface Branch {
  readonly arms: readonly {
    /** Undefined: `else`. */
    readonly test: CheckedTest | undefined
    readonly block: readonly Step[]
  }[]
}

export type Step = CheckedCommand | Branch
