/** One question to a worker of Rspamd over HTTP, and its whole answer. */
import { once } from 'node:events'
import { request, type Agent, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { answerOctetsMax, spamTimeoutMs } from './limits.ts'

export interface RspamdAnswer {
  readonly status: number
  readonly text: string
}

/** Rejects when there is no answer in time, or one that is too long. */
export async function postToRspamd(
  url: URL,
  agent: Agent,
  message: Buffer,
  headers: OutgoingHttpHeaders = {},
): Promise<RspamdAnswer> {
  const asked = request(url, {
    method: 'POST',
    agent,
    headers: { 'Content-Length': message.length, ...headers },
    signal: AbortSignal.timeout(spamTimeoutMs),
  })
  asked.end(message)
  // The one argument of the event is the response.
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, text: await readAll(response) }
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of response) {
    text += String(piece)
    if (text.length > answerOctetsMax) throw new Error('rspamd says too much')
  }
  return text
}
