/** What threading needs of messages, out of their summaries. RFC 5256 §3, RFC 5322 §3.6.4. */
import { findValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { Summary } from '../../store/types.ts'
import type { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { baseSubject } from '../sort/base-subject.ts'
import { sentAt } from '../sort/keys.ts'
import { loadMessages } from '../fetch/load.ts'
import type { Threadable } from './node.ts'

/** References of one message: longer lists keep the first and the latest. */
const referencesMax = 100

export async function readThreadables(
  session: Session,
  uids: readonly number[],
  progress: Progress,
): Promise<readonly Threadable[]> {
  const view = session.mailbox
  const load = { view, uids, level: 'summary', needsContent: false } as const
  const messages: Threadable[] = []
  for await (const batch of loadMessages(session, load)) {
    for (const { summary } of batch) if (summary !== undefined) messages.push(threadable(summary))
    progress.tell(messages.length, uids.length)
  }
  return messages
}

function threadable(summary: Summary): Threadable {
  const { uid, envelope, header } = summary
  const { text: subject, isReply } = baseSubject(envelope.subject)
  const [messageId] = idsOf(envelope.messageId)
  return {
    uid,
    sentAt: sentAt(summary),
    messageId,
    references: referencesOf(header, envelope.inReplyTo),
    subject,
    isReply,
  }
}

/** References, or the first Message-ID of In-Reply-To where there are none. */
function referencesOf(header: Buffer, inReplyTo: string | undefined): readonly string[] {
  const { fields } = parseMessage(header)
  const references = idsOf(findValue(header, fields, 'references'))
  if (references.length === 0) return idsOf(inReplyTo).slice(0, 1)
  return references.length <= referencesMax
    ? references
    : [...references.slice(0, 1), ...references.slice(1 - referencesMax)]
}

/** Quotes within an ID mean nothing: `<"a"@b>` is `<a@b>`. */
function idsOf(value: string | undefined): readonly string[] {
  const written = value?.match(/<[^<>\s]+>/g) ?? []
  return written.map((id) => id.slice(1, -1).replace(/^"([^"\\]*)"@/, '$1@'))
}
