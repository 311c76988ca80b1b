/** What CAPABILITY says, by state and channel. RFC 9051 §6.1.1 and §7.2.2. */
import type { Session } from './session.ts'

const always = ['IMAP4rev1', 'IMAP4rev2', 'LITERAL+', 'SASL-IR', 'ID', 'ENABLE']

/** LITERAL+ and LITERAL- exclude each other (RFC 7888 §5); the first allows all of the second. */
const signedIn = [
  'IDLE',
  'NAMESPACE',
  'UIDPLUS',
  'UNSELECT',
  'CHILDREN',
  'MOVE',
  'CONDSTORE',
  'QRESYNC',
  'ESEARCH',
  'SEARCHRES',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'STATUS=SIZE',
  'UTF8=ACCEPT',
  'MULTIAPPEND',
  'BINARY',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'QUOTA=RES-MESSAGE',
  'OBJECTID',
  'WITHIN',
  'SAVEDATE',
  'PARTIAL',
  'SORT',
  'SORT=DISPLAY',
  'ESORT',
  'THREAD=ORDEREDSUBJECT',
  'THREAD=REFERENCES',
  'CONTEXT=SEARCH',
  'CONTEXT=SORT',
  'I18NLEVEL=1',
  'INPROGRESS',
  'PREVIEW',
  'UIDONLY',
  'UIDBATCHES',
  'REPLACE',
  'CATENATE',
  'MULTISEARCH',
  'SEARCH=FUZZY',
  'NOTIFY',
  'METADATA',
  'LIST-METADATA',
  'LIST-MYRIGHTS',
  'ACL',
  'RIGHTS=kxte',
]

/** Unless the connection is compressed. */
const plainOnly = ['COMPRESS=DEFLATE', 'UNAUTHENTICATE']

/** Where the credential opens JMAP too (RFC 9698 §3). */
const jmapAccess = 'JMAPACCESS'

/** All that a session that is signed in may be told, without arguments. */
export const capabilityWords: readonly string[] = [...always, ...signedIn, ...plainOnly, jmapAccess]

export function capabilitiesOf(session: Session): string {
  const { channel, ports } = session
  const words = [...always]
  if (session.isSignedIn) {
    words.push(...signedIn, `APPENDLIMIT=${ports.limits.appendOctetsMax}`)
    // A compressed connection would have to go back to plain octets to be used again.
    if (!channel.isCompressed) words.push(...plainOnly)
    if (session.jmapUrl !== undefined) words.push(jmapAccess)
    return words.join(' ')
  }
  if (channel.canStartTls) return [...words, 'STARTTLS', 'LOGINDISABLED'].join(' ')
  const mechanisms = ports.access.mechanisms(session.attempt)
  return [...words, ...mechanisms.map((name) => `AUTH=${name}`)].join(' ')
}
