/** How a command ends, for scripts. Numbers from sysexits(3) where it has one. */
export const exitCodes = {
  done: 0,
  /** It was understood and refused; nothing was changed. */
  refused: 1,
  /** It was taken down and waits for a second person. */
  waiting: 2,
  usage: 64,
  /** Tamar is not running, or cannot start. */
  unavailable: 69,
  /** A fault of Tamar itself. */
  fault: 70,
  tryAgain: 75,
  config: 78,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
