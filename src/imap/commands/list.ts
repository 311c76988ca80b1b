/** LIST with its extensions. RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154. */
import { command, ok, signedInStates } from '../command.ts'
import { gatherNames, gatherWithKept, type Listed } from '../list/gather.ts'
import { formatRights } from '../acl-rights.ts'
import { isRecoverable, mayRead, rightsIn } from '../recoverable.ts'
import { selectEntries, tellMetadata } from '../metadata.ts'
import { normalizedName, type Session } from '../session.ts'
import { formatStatus } from '../status.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { matchesGlob } from '../wire/glob.ts'
import { parseList, type ListRequest } from '../wire/parse-list.ts'

export const list = command({
  states: signedInStates,
  parse: parseList,
  async run(session, request) {
    if (!request.isExtended && request.patterns[0] === '') {
      // The question for the hierarchy separator (RFC 9051 §6.3.9).
      session.writer.untagged('LIST (\\Noselect) "/" ""')
      return ok('Listed')
    }
    const names = await (request.isSubscribedOnly ? gatherWithKept : gatherNames)(session)
    for (const listed of names) {
      const attributes = answer(request, session, listed, names)
      if (attributes !== undefined) await tell(session, request, listed, attributes)
    }
    return ok('Listed')
  },
})

/** The attributes and child info to tell of a name; undefined: it is not asked for. */
function answer(
  request: ListRequest,
  session: Session,
  listed: Listed,
  names: readonly Listed[],
): { readonly attributes: readonly string[]; readonly hasChildInfo: boolean } | undefined {
  if (!isMatch(request, session, listed.name)) return undefined
  const isSelected = passes(request, listed)
  const hasChildInfo =
    request.isRecursiveMatch &&
    names.some((other) => isHiddenChild(request, session, listed, other))
  if (!isSelected && !hasChildInfo) return undefined
  return { attributes: attributes(request, listed), hasChildInfo }
}

function isMatch(request: ListRequest, session: Session, name: string): boolean {
  return request.patterns.some((pattern) => {
    const whole = normalizedName(request.reference + pattern, session.isUtf8)
    return matchesGlob(whole, name)
  })
}

function passes(request: ListRequest, listed: Listed): boolean {
  if (request.isSubscribedOnly && !listed.isSubscribed) return false
  return !(request.isSpecialUseOnly && listed.uses.length === 0)
}

/** RECURSIVEMATCH: a descendant that is selected but matches no pattern itself (RFC 5258 §3.5). */
function isHiddenChild(
  request: ListRequest,
  session: Session,
  listed: Listed,
  other: Listed,
): boolean {
  return (
    other.name.startsWith(`${listed.name}/`) &&
    passes(request, other) &&
    !isMatch(request, session, other.name)
  )
}

function attributes(request: ListRequest, listed: Listed): readonly string[] {
  const words: string[] = []
  // It implies \\Noselect (RFC 5258 §3).
  if (listed.isNonExistent) words.push('\\NonExistent')
  else if (listed.mailbox === undefined) words.push('\\Noselect')
  words.push(listed.hasChildren ? '\\HasChildren' : '\\HasNoChildren')
  if (listed.mailbox !== undefined && isRecoverable(listed.mailbox)) words.push('\\Noinferiors')
  const isAskedFor = request.returnsSubscribed || request.isSubscribedOnly
  if (isAskedFor && listed.isSubscribed) words.push('\\Subscribed')
  return [...words, ...listed.uses]
}

async function tell(
  session: Session,
  request: ListRequest,
  listed: Listed,
  answered: { readonly attributes: readonly string[]; readonly hasChildInfo: boolean },
): Promise<void> {
  const name = formatMailboxName(listed.name, session.isUtf8)
  const childInfo = answered.hasChildInfo ? ' ("CHILDINFO" ("SUBSCRIBED"))' : ''
  session.writer.untagged(`LIST (${answered.attributes.join(' ')}) "/" ${name}${childInfo}`)
  const { mailbox, mount } = listed
  if (mailbox === undefined || mount === undefined) return
  if (request.returnsMyRights) {
    session.writer.untagged(`MYRIGHTS ${name} ${formatRights(rightsIn(mailbox, mount.grant))}`)
  }
  if (request.metadata.length > 0) await tellAnnotations(session, request, listed, name)
  if (request.status.length === 0) return
  // What he may only list has no status (RFC 5819 §2).
  if (!mayRead(session, mailbox, mount.grant)) return
  const status = await formatStatus(session, mailbox, request.status)
  session.writer.untagged(`STATUS ${name} (${status})`)
}

async function tellAnnotations(
  session: Session,
  { metadata }: ListRequest,
  { mailbox, mount }: Listed,
  name: string,
): Promise<void> {
  if (mailbox === undefined || mount === undefined) return
  const { accountId } = mount.grant
  const { store } = session.ports
  const kept = await store.annotations(accountId, mailbox.id, session.principal.id)
  tellMetadata(session, name, selectEntries(kept, metadata, { octetsMax: Infinity, depth: 0 }))
}
