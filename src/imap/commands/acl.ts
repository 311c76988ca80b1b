/**
 * ACL: the owner of a mailbox lets others in and out from his mail program. What is set here is a
 * delegation of this mailbox; whether he may is the gate's to say. RFC 4314 §3.
 */
import type { AccountGrant } from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { applyRights, formatRights, knownRights } from '../acl-rights.ts'
import { command, ok, signedInStates } from '../command.ts'
import { mayLookUp, rightsIn } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import { formatString } from '../../mime/format-string.ts'
import { formatMailboxName } from '../wire/format-string.ts'

/** A mailbox he can see, with its name as he writes it. */
async function find(session: Session, wireName: string) {
  const { mount, name } = session.place(wireName)
  const { grant } = mount
  const mailbox = await session.ports.store.mailboxByName(grant.accountId, name)
  if (!mayLookUp(session, mailbox, grant)) throw new Refusal('no-such-mailbox')
  const rights = rightsIn(mailbox, grant)
  return { grant, id: mailbox.id, rights, written: formatMailboxName(wireName, session.isUtf8) }
}

function parseName(cursor: Cursor, session: Session): string {
  cursor.space()
  return parseMailboxName(cursor, session)
}

/** An address of ours; a leading `-` would be negative rights, which nobody has here (§2). */
function parseIdentifier(cursor: Cursor, session: Session) {
  const name = parseName(cursor, session)
  cursor.space()
  const identifier = cursor.astring()
  if (identifier.startsWith('-'))
    throw new BadSyntax('There are no negative rights', 'CANNOT', true)
  return { name, identifier }
}

export const myRights = command({
  states: signedInStates,
  parse: parseName,
  async run(session, wireName) {
    const { grant, id, rights, written } = await find(session, wireName)
    session.permit('mail.lookup', grant, id)
    session.writer.untagged(`MYRIGHTS ${written} ${formatRights(rights)}`)
    return ok('These are your rights')
  },
})

export const getAcl = command({
  states: signedInStates,
  parse: parseName,
  async run(session, wireName) {
    const { grant, id, written } = await find(session, wireName)
    session.permit('mail.administer', grant, id)
    const entries = session.ports.delegations
      .aclOf({ accountId: grant.accountId, mailboxId: id })
      .map(
        ({ identifier, rights }) =>
          ` ${formatString(identifier, session.isUtf8)} ${formatRights(rights)}`,
      )
    session.writer.untagged(`ACL ${written}${entries.join('')}`)
    return ok('These are the rights given here')
  },
})

export const listRights = command({
  states: signedInStates,
  parse: parseIdentifier,
  async run(session, { name, identifier }) {
    const { grant, id, written } = await find(session, name)
    session.permit('mail.administer', grant, id)
    const who = formatString(identifier, session.isUtf8)
    // Nothing comes with anything else: every right can be given by itself (§3.7).
    const each = Array.from(knownRights).join(' ')
    session.writer.untagged(`LISTRIGHTS ${written} ${who} "" ${each}`)
    return ok('These are the rights that could be given')
  },
})

export const setAcl = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    const { name, identifier } = parseIdentifier(cursor, session)
    cursor.space()
    const change = cursor.astring()
    // Parsed now: a letter that nobody knows is a mistake of the program (§3.1).
    applyRights(change, '')
    return { name, identifier, change }
  },
  async run(session, { name, identifier, change }) {
    const { grant, id } = await find(session, name)
    session.permit('mail.administer', grant, id)
    const before = rightsOf(session, grant, id, identifier)
    await set(session, grant, id, { identifier, rights: applyRights(change, before) })
    return ok('The rights are given')
  },
})

export const deleteAcl = command({
  states: signedInStates,
  parse: parseIdentifier,
  async run(session, { name, identifier }) {
    const { grant, id } = await find(session, name)
    session.permit('mail.administer', grant, id)
    await set(session, grant, id, { identifier, rights: '' })
    return ok('The rights are taken')
  },
})

function rightsOf(session: Session, grant: AccountGrant, mailboxId: string, who: string): string {
  const entries = session.ports.delegations.aclOf({ accountId: grant.accountId, mailboxId })
  return entries.find(({ identifier }) => identifier === who.toLowerCase())?.rights ?? ''
}

function set(
  session: Session,
  { accountId }: AccountGrant,
  mailboxId: string,
  entry: { readonly identifier: string; readonly rights: string },
): Promise<void> {
  const { delegations } = session.ports
  return delegations.setAcl(session.principal, { accountId, mailboxId }, entry)
}
