/** Why a command did not do what it was asked: one or more plain sentences and an exit code. */
import type { ExitCode } from './exit-codes.ts'

export class CommandFault extends Error {
  override readonly name = 'CommandFault'
  readonly exitCode: ExitCode

  constructor(sentences: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(sentences, options)
    this.exitCode = exitCode
  }
}
