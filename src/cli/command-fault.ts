/** Why a command did not do what it was asked: one or more plain sentences and an exit code. */

export class CommandFault extends Error {
  override readonly name = 'CommandFault'
  readonly exitCode: number

  constructor(sentences: string, exitCode: number, options?: ErrorOptions) {
    super(sentences, options)
    this.exitCode = exitCode
  }
}
