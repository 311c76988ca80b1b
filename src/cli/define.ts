/** Shortcuts to define commands, so that each reads as one sentence of grammar and one of work. */
import type { Command } from 'commander'
import type { Context, ContextOf } from './context.ts'

/** What commander hands to an action: the arguments in order, and the options by name. */
export interface Given {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

export interface Spec {
  /** `create <address>` */
  readonly grammar: string
  readonly about: string
  readonly options?: readonly (readonly [flags: string, about: string, initially?: string])[]
  readonly required?: readonly (readonly [flags: string, about: string])[]
  readonly run: (context: Context, given: Given) => Promise<void>
}

export function define(parent: Command, contextOf: ContextOf, spec: Spec): void {
  const command = parent.command(spec.grammar).description(spec.about)
  for (const [flags, about] of spec.required ?? []) command.requiredOption(flags, about)
  for (const [flags, about, initially] of spec.options ?? [])
    command.option(flags, about, initially)
  command.action(async () => {
    // A last argument of several comes as a list.
    const args = command.processedArgs.flat().filter((value) => typeof value === 'string')
    await spec.run(contextOf(command), { args, options: command.opts() })
  })
}

/** A noun that several files add commands to. */
export function nounOf(program: Command, name: string, about: string): Command {
  const found = program.commands.find((one) => one.name() === name)
  return found ?? program.command(name).description(about)
}

/** Names are given to every noun in the same way. */
export const nameOptions = [['--name-zh <name>', 'name in Traditional Chinese']] as const
export const nameRequired = [['--name <name>', 'name in English']] as const

/** `a,b c` → two; commas and repeated words both work. */
export function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
