/** Email/set. RFC 8621 §4.6. */
import type { EmailFacts, EmailPlace } from '../../store/emails/types.ts'
import type { Account } from '../core/account.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import type { JsonObject } from '../core/json.ts'
import { SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { composeMessage } from './compose.ts'
import { splitKeywords } from './keywords.ts'
import { applyPatch, splitPatch, type Wanted } from './patch.ts'
import { putMessage, readPlace } from './put.ts'
import { requireUnchanged } from './require-unchanged.ts'

export const emailSet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    account.requireWritable()
    const resolve = (id: string) => call.args.resolveId(id)
    const verbs = {
      async create(object: JsonObject) {
        const place = readPlace(account, await account.read(), object, resolve)
        const message = await composeMessage(account, object, resolve)
        return { ...(await putMessage(account, message, place)) }
      },
      async update(id: string, patch: JsonObject) {
        await updateEmail(account, id, patch, resolve)
        return null
      },
      destroy: (id: string) => destroyEmail(account, id),
    }
    const stateOf = async () => (await account.read()).state
    return call.turns.run(account.id, () =>
      answerSet(call, { accountId: account.id, stateOf, verbs }),
    )
  },
}

export async function updateEmail(
  account: Account,
  id: string,
  patch: JsonObject,
  resolve: (id: string) => string,
): Promise<void> {
  const reading = await account.read()
  const email = reading.find(id)
  if (email === undefined) throw new SetRefusal({ type: 'notFound' })
  const { moving, lasting } = splitPatch(patch)
  await requireUnchanged(account, reading, email, lasting)
  const { before, after } = applyPatch(reading, email, moving, resolve)
  const addTo = [...after.mailboxIds.difference(before.mailboxIds)]
  const removeFrom = [...before.mailboxIds.difference(after.mailboxIds)]
  const set = splitKeywords(after.keywords.difference(before.keywords))
  const clear = splitKeywords(before.keywords.difference(after.keywords))
  const change = {
    id,
    addTo,
    removeFrom,
    setFlags: set.flags,
    clearFlags: clear.flags,
    setKeywords: set.names,
    clearKeywords: clear.names,
  }
  const isFlagged = before.keywords.symmetricDifference(after.keywords).size > 0
  if (!isFlagged && addTo.length === 0 && removeFrom.length === 0) return
  permitPlaces(account, { addTo, removeFrom })
  if (isFlagged) permitKeywords(account, email, before, after)
  const places = reading.placesOf(email)
  await recordMove(account, places, { addTo, removeFrom })
  if (isFlagged) await account.recordChangeOf('flag', places)
  await account.parts.store.changeEmail(account.id, account.principal.id, change)
}

interface Move {
  readonly addTo: readonly string[]
  readonly removeFrom: readonly string[]
}

/** RFC 4314 §4: as copying and moving by IMAP. */
function permitPlaces(account: Account, { addTo, removeFrom }: Move): void {
  for (const id of addTo) account.permit('mail.insert', id)
  for (const id of removeFrom) permitRemoval(account, id)
}

function permitRemoval(account: Account, mailboxId: string): void {
  account.permit('mail.delete-message', mailboxId)
  account.permit('mail.expunge', mailboxId)
}

/** In every place it stands, those he does not see too: they are in step. */
function permitKeywords(account: Account, email: EmailFacts, before: Wanted, after: Wanted): void {
  const changed = before.keywords.symmetricDifference(after.keywords)
  for (const { mailboxId } of email.places) {
    if (changed.has('$seen')) account.permit('mail.seen', mailboxId)
    if (changed.size > (changed.has('$seen') ? 1 : 0)) account.permit('mail.write', mailboxId)
  }
}

async function recordMove(
  account: Account,
  places: readonly EmailPlace[],
  { addTo, removeFrom }: Move,
): Promise<void> {
  const leaving = places.filter(({ mailboxId }) => removeFrom.includes(mailboxId))
  const [source] = leaving.length > 0 ? leaving : places
  if (source === undefined) return
  for (const toMailboxId of addTo) {
    const what = leaving.length > 0 ? 'move' : 'copy'
    await account.recordChange(source.mailboxId, { what, uids: [source.uid], toMailboxId })
  }
  const isTold = addTo.length > 0 ? leaving.slice(1) : leaving
  await account.recordChangeOf('delete', isTold)
}

export async function destroyEmail(account: Account, id: string): Promise<void> {
  const email = (await account.read()).find(id)
  if (email === undefined) throw new SetRefusal({ type: 'notFound' })
  for (const { mailboxId } of email.places) permitRemoval(account, mailboxId)
  await account.recordChangeOf('delete', email.places)
  await account.parts.store.destroyEmail(account.id, id)
}
