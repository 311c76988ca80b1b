/**
 * jmap-jam, a JMAP client nobody here wrote, in the shape the journeys use it. Its own types are sources with enums,
 * which the compiler refuses here, so it is imported by a name the compiler does not follow.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- what it answers is read by assertions alone
type Data = any

/** Answers with the data of the response and what came beside it. */
type Call = (args: object) => Promise<readonly [data: Data, meta: object]>

interface Draft {
  $ref(path: string): object
}

type Types = 'Mailbox' | 'Thread' | 'Email' | 'Identity' | 'EmailSubmission'
type Verbs = 'get' | 'changes' | 'query' | 'set'
type Methods<T> = Readonly<Record<Types, Readonly<Record<Verbs, T>>>>

export interface Jam {
  readonly api: Methods<Call>
  requestMany(
    plan: (t: Methods<(args: object) => Draft>) => object,
  ): Promise<readonly [data: Readonly<Record<string, Data>>, meta: object]>
  getPrimaryAccount(): Promise<string>
  uploadBlob(accountId: string, body: Blob): Promise<{ readonly blobId: string }>
  downloadBlob(of: {
    readonly accountId: string
    readonly blobId: string
    readonly mimeType: string
    readonly fileName: string
  }): Promise<Response>
}

interface JamModule {
  readonly JamClient: new (config: {
    readonly sessionUrl: string
    readonly bearerToken: string
  }) => Jam
}

export async function openJam(sessionUrl: string, bearerToken: string): Promise<Jam> {
  const name: string = 'jmap-jam'
  // As its documentation has it.
  const { JamClient } = (await import(name)) as JamModule
  return new JamClient({ sessionUrl, bearerToken })
}
