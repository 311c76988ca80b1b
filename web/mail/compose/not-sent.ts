/** What the server says where it does not take a message. RFC 8621 §7.5. */
import type { SetError, SetResponse } from '../../kit/jmap/types.ts'

/** `type` is RFC 8621's word for why. */
export class NotSent extends Error {
  readonly type: string
  /** The server's own words, where it has some. */
  readonly description: string | undefined

  constructor(type: string, description?: string) {
    super(`not sent: ${type}`)
    this.type = type
    this.description = description
  }
}

/** @throws NotSent */
export function createdIn({ created, notCreated }: SetResponse, key: string): string {
  const id = created?.[key]?.['id']
  if (typeof id === 'string') return id
  const error: SetError | undefined = notCreated?.[key]
  throw new NotSent(error?.type ?? 'serverFail', error?.description)
}
