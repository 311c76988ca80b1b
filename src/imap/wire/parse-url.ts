/**
 * An IMAP URL that names octets of a message: RFC 5092 §6 and §7. Relative ones stand on the selected
 * mailbox, those with a slash in front on this server.
 */
import { BadSyntax } from './bad-syntax.ts'
import { Cursor } from './cursor.ts'
import { parseSection, type Partial, type Section } from './section.ts'

export interface MessageUrl {
  /** As the person sees it; undefined: the selected mailbox. */
  readonly mailbox: string | undefined
  readonly uidValidity: number | undefined
  readonly uid: number
  readonly section: Section
  readonly partial: Partial | undefined
}

const shape =
  /^(?:\/([^;]+?)(?:;UIDVALIDITY=(\d{1,10}))?\/)?\/?;UID=(\d{1,10})(?:\/;SECTION=([^;]+?))?(?:\/;PARTIAL=(\d{1,10})(?:\.(\d{1,10}))?)?$/i

const whole: Section = { path: [], text: { kind: 'all' }, label: '' }

/** Undefined: it is no such URL. */
export function parseMessageUrl(url: string): MessageUrl | undefined {
  const match = shape.exec(url)
  if (match === null) return undefined
  const [, mailbox, uidValidity, uid, section, offset, octets] = match
  try {
    return {
      mailbox: mailbox === undefined ? undefined : decodeURIComponent(mailbox).normalize('NFC'),
      uidValidity: uidValidity === undefined ? undefined : Number(uidValidity),
      uid: Number(uid),
      section: section === undefined ? whole : sectionOf(decodeURIComponent(section)),
      partial:
        offset === undefined
          ? undefined
          : { offset: Number(offset), octets: octets === undefined ? Infinity : Number(octets) },
    }
  } catch (error) {
    if (error instanceof BadSyntax || error instanceof URIError) return undefined
    throw error
  }
}

function sectionOf(text: string): Section {
  const cursor = new Cursor({ texts: [`${text}]`], literals: [] })
  const section = parseSection(cursor)
  cursor.end()
  return section
}
