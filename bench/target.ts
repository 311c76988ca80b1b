/** Where a server that is measured listens, who may sign in, and which processes are its. */

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** The user name is also the address. */
export interface TargetUser {
  readonly user: string
  readonly pass: string
}

export interface Target {
  readonly name: string
  readonly smtp: Endpoint
  readonly imap: Endpoint
  readonly imaps: Endpoint
  /** JMAP, where the server has it, and who signed its certificate. */
  readonly https?: Endpoint & { readonly caPath: string }
  readonly users: readonly TargetUser[]
  /** So many of the last users take no part in the common load. */
  readonly special: number
  /** Their descendants, PostgreSQL among them, belong to the server too. */
  readonly pids: readonly number[]
}
