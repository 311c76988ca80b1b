/** The octets an IMAP URL names, for CATENATE. RFC 4469 §3, RFC 5092 §7. */
import { isRefusal } from '../../base/refusal.ts'
import type { Place } from '../namespace.ts'
import { permitRead } from '../recoverable.ts'
import type { Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import { parseMessageUrl, type MessageUrl } from '../wire/parse-url.ts'
import { Extract } from './extract.ts'
import { loadMessages } from './load.ts'
import { planFetch } from './plan.ts'

/** A mailbox and what is needed to read in it. */
interface Source {
  readonly place: Place
  readonly id: string
  readonly uidValidity: number
}

/** @throws BadSyntax answered with NO [BADURL]. */
export async function readUrl(session: Session, url: string): Promise<Buffer> {
  const parsed = parseMessageUrl(url)
  if (parsed === undefined) throw badUrl(url)
  const source = await findSource(session, parsed, url)
  if (parsed.uidValidity !== undefined && parsed.uidValidity !== source.uidValidity) {
    throw badUrl(url)
  }
  await session.recordRead([parsed.uid], source)
  const octets = await readSection(session, source, parsed)
  if (octets === undefined) throw badUrl(url)
  return octets
}

async function findSource(session: Session, parsed: MessageUrl, url: string): Promise<Source> {
  if (parsed.mailbox === undefined) {
    // What is selected was permitted, and is again with every command.
    if (session.selected === undefined) throw badUrl(url)
    return session.selected
  }
  try {
    const place = session.place(parsed.mailbox)
    const { grant } = place.mount
    const mailbox = await session.ports.store.mailboxByName(grant.accountId, place.name)
    permitRead(session, mailbox, grant)
    return { place, id: mailbox.id, uidValidity: mailbox.uidValidity }
  } catch (error) {
    if (isRefusal(error, 'no-such-mailbox')) throw badUrl(url)
    throw error
  }
}

async function readSection(
  session: Session,
  view: Source,
  { uid, section, partial }: MessageUrl,
): Promise<Buffer | undefined> {
  const item = { kind: 'section', section, partial, isPeek: true, label: '' } as const
  const { level, needsContent } = planFetch([item])
  for await (const batch of loadMessages(session, { view, uids: [uid], level, needsContent })) {
    for (const loaded of batch) return new Extract(loaded).section(section, partial)
  }
  return undefined
}

function badUrl(url: string): BadSyntax {
  // What the client wrote, as far as it can stand within quotes.
  const shown = url.replace(/[^\x20-\x7e]|["\\[\]]/g, '?')
  return new BadSyntax('This URL names no octets here', `BADURL "${shown}"`, true)
}
