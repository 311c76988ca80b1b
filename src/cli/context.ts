/** What a command's action works with, made from the options that stand before and after its name. */
import type { Command } from 'commander'
import { systemClock } from '../base/clock.ts'
import { type Client, createClient } from './client.ts'
import { createOutput, type Output } from './output.ts'
import type { CommandLinePorts, NodeOptions } from './ports.ts'
import { type Target, targetOf } from './target.ts'
import { createProgress, type Progress } from './progress.ts'

export interface Context {
  readonly ports: CommandLinePorts
  readonly options: NodeOptions
  readonly isJson: boolean
  readonly output: Output
  /** To whom it speaks. */
  readonly target: () => Target
  /** Finds the node when it is first used. */
  readonly client: () => Client
  readonly progress: () => Progress
}

export type ContextOf = (command: Command) => Context

export function contextMaker(ports: CommandLinePorts): ContextOf {
  return (command) => {
    const options = command.optsWithGlobals<NodeOptions & { readonly json?: boolean }>()
    const isJson = options.json === true
    const { output, errors, isWatched } = ports.streams
    return {
      ports,
      options,
      isJson,
      output: createOutput(output, isJson),
      target: () => targetOf(ports, options),
      client: () =>
        createClient({
          target: targetOf(ports, options),
          reason: options.reason,
          ticket: options.ticket,
        }),
      progress: () => createProgress({ stream: errors, isWatched, clock: systemClock }),
    }
  }
}
