/** GETMETADATA and SETMETADATA. RFC 5464. */
import type { AccountGrant } from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { command, no, ok, signedInStates } from '../command.ts'
import { metadataEntriesMax, metadataValueOctetsMax } from '../limits.ts'
import { selectEntries, tellMetadata } from '../metadata.ts'
import { mayLookUp } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import {
  parseEntries,
  parseEntry,
  parseMetadataOptions,
  parseMetadataValue,
  type EntryName,
  type MetadataOptions,
} from '../wire/parse-metadata.ts'

interface Scope {
  readonly grant: AccountGrant
  /** Undefined: the server, which is the person's own account. */
  readonly mailbox: string | undefined
}

const byDefault: MetadataOptions = { octetsMax: Infinity, depth: 0 }

export const getMetadata = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    // The options stand before or behind the name: both are in use (RFC 5464 §4.2 and its errata).
    let options: MetadataOptions | undefined
    if (cursor.peek() === '(') {
      options = parseMetadataOptions(cursor)
      cursor.space()
    }
    const name = parseMailboxName(cursor, session)
    cursor.space()
    if (options === undefined && cursor.peek() === '(' && /[md]/i.test(cursor.peek(1))) {
      options = parseMetadataOptions(cursor)
      cursor.space()
    }
    return { name, options: options ?? byDefault, entries: parseEntries(cursor) }
  },
  async run(session, { name, options, entries }) {
    const scope = await find(session, name)
    const { accountId } = scope.grant
    const { store } = session.ports
    const kept = await store.annotations(accountId, scope.mailbox, session.principal.id)
    const found = selectEntries(kept, entries, options)
    const fits = found.filter(({ value }) => (value?.length ?? 0) <= options.octetsMax)
    tellMetadata(session, formatMailboxName(name, session.isUtf8), fits)
    if (fits.length === found.length) return ok('That is all')
    const largest = Math.max(...found.map(({ value }) => value?.length ?? 0))
    return ok('Some values are longer', `METADATA LONGENTRIES ${largest}`)
  },
})

interface Setting {
  readonly entry: EntryName
  readonly value: Buffer | undefined
}

export const setMetadata = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const name = parseMailboxName(cursor, session)
    cursor.space()
    const settings = cursor.list((): Setting => {
      const entry = parseEntry(cursor)
      if (entry.path === '') throw new BadSyntax('An entry needs a name')
      cursor.space()
      return { entry, value: parseMetadataValue(cursor) }
    })
    if (settings.length > metadataEntriesMax) throw new BadSyntax('Too many entries')
    return { name, settings }
  },
  async run(session, { name, settings }) {
    if (settings.some(({ value }) => (value?.length ?? 0) > metadataValueOctetsMax)) {
      return no('The value is too long', `METADATA MAXSIZE ${metadataValueOctetsMax}`)
    }
    const { grant, mailbox } = await find(session, name)
    if (settings.some(({ entry }) => entry.isShared)) permitShared(session, grant, mailbox)
    const changes = settings.map(({ entry: { isShared, path }, value }) => ({
      isShared,
      entry: path,
      value,
    }))
    const { store } = session.ports
    if (mailbox !== undefined && settings.some(({ entry }) => entry.isShared)) {
      const place = { grant, mailboxId: mailbox }
      await session.recordChange(place, { what: 'mailbox', event: 'annotate' })
    }
    await store.setAnnotations(grant.accountId, mailbox, session.principal.id, changes)
    return ok('Kept')
  },
  refusals: {
    'too-many': { status: 'NO', code: 'METADATA TOOMANY', text: 'There are too many of these' },
  },
})

/** What all see of a mailbox is for those who may change it; of the server, for nobody (§3.3). */
function permitShared(session: Session, grant: AccountGrant, mailbox: string | undefined): void {
  if (mailbox === undefined) throw new Refusal('not-permitted')
  session.permit('mail.write', grant, mailbox)
}

async function find(session: Session, name: string): Promise<Scope> {
  if (name === '') {
    const [own] = session.mounts()
    if (own === undefined) throw new Refusal('not-permitted')
    return { grant: own.grant, mailbox: undefined }
  }
  const { mount, name: inner } = session.place(name)
  const { grant } = mount
  const mailbox = await session.ports.store.mailboxByName(grant.accountId, inner)
  session.permit('mail.lookup', grant, mailbox.id)
  if (!mayLookUp(session, mailbox, grant)) throw new Refusal('no-such-mailbox')
  return { grant, mailbox: mailbox.id }
}
