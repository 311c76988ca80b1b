/** Rspamd over HTTP: the message to /checkv2, an action back. */
import { Agent } from 'node:http'
import { z } from 'zod'
import { scansMax } from './limits.ts'
import { postToRspamd } from './rspamd-post.ts'
import { Turns } from './turns.ts'
import type { OnAway, SpamFilter, SpamFinding, SpamQuestion } from './types.ts'

const answerSchema = z.object({ action: z.string() })

const findings: ReadonlyMap<string, SpamFinding> = new Map([
  ['no action', 'no'],
  ['greylist', 'maybe'],
  ['soft reject', 'maybe'],
  ['add header', 'likely'],
  ['rewrite subject', 'likely'],
  ['quarantine', 'likely'],
  ['reject', 'certain'],
  ['discard', 'certain'],
])

export function createRspamd(url: string, onAway: OnAway): SpamFilter & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: scansMax })
  const turns = new Turns(scansMax)
  return {
    judge: (question) =>
      turns.take(async () => {
        try {
          return await ask(url, agent, question)
        } catch (error) {
          onAway('rspamd', error)
          return 'away'
        }
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}

async function ask(url: string, agent: Agent, question: SpamQuestion): Promise<SpamFinding> {
  const at = new URL('/checkv2', url)
  const { status, text } = await postToRspamd(at, agent, question.message, headersOf(question))
  if (status !== 200) throw new Error(`rspamd said ${status}`)
  const { action } = answerSchema.parse(JSON.parse(text))
  const finding = findings.get(action)
  if (finding === undefined) throw new Error('rspamd gave an unknown action')
  return finding
}

function headersOf({ remoteAddress, heloName, reversePath, recipients }: SpamQuestion) {
  return {
    IP: headerWord(remoteAddress),
    Helo: headerWord(heloName),
    From: `<${headerWord(reversePath)}>`,
    // A few are enough for its rules; all of them may be thousands.
    Rcpt: recipients.slice(0, recipientsToldMax).map((recipient) => `<${headerWord(recipient)}>`),
  }
}

const recipientsToldMax = 50

/** A stranger's word in a header of HTTP: visible ASCII only. */
function headerWord(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '?')
}
