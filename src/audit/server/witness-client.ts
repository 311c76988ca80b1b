/** A witness as the audit process meets it: its card, and one HTTPS request. C2SP tlog-witness. */
import { request } from 'node:https'
import { text as readAll } from 'node:stream/consumers'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { witnessTimeoutMs } from './limits.ts'

const cardSchema = z.strictObject({
  /** The submission prefix. */
  url: z.url(),
  vkey: z.string(),
  /** PEM: the authority of its TLS certificate. */
  ca: z.string(),
})
/** What a witness writes about itself; carried to the audit process by hand. */
export type WitnessCard = Readonly<z.infer<typeof cardSchema>>

export function parseWitnessCard(text: string): WitnessCard {
  return cardSchema.parse(JSON.parse(text))
}

/** `add-checkpoint`. The answer proves itself by its signature, whoever gave it. */
export async function postToWitness(
  { url, ca }: WitnessCard,
  body: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const asked = request(`${url}/add-checkpoint`, {
    method: 'POST',
    ca,
    agent: false,
    timeout: witnessTimeoutMs,
    signal: AbortSignal.timeout(witnessTimeoutMs),
  })
  asked.end(body)
  // `once` gives what the event carries: node:https has no narrower word for it.
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, body: await readAll(response) }
}
