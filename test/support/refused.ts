/** What a mail program hears when the server says no. */
import assert from 'node:assert/strict'

export interface HeardNo {
  /** SMTP reply code. */
  readonly code: number
  readonly response: string
}

/** The reply to a sending that must fail. */
export async function refused(sending: Promise<unknown>): Promise<HeardNo> {
  const error: unknown = await sending.then(
    () => assert.fail('the message was accepted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error && 'responseCode' in error && 'response' in error, String(error))
  return { code: Number(error.responseCode), response: String(error.response) }
}
