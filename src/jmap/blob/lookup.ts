/** Blob/lookup: what holds a blob. RFC 9404 §4.3. */
import type { Account, AccountReading } from '../core/account.ts'
import { blobCapability, blobHolders, mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { emailOfBlob, isBlobId } from './blob.ts'
import { OpenedBlobs } from './opened.ts'

export const blobLookup: Method = {
  capability: blobCapability,
  async run(call) {
    const account = accountOf(call)
    const asked = call.args.stringsOrNull('typeNames')
    const ids = idsOfGet(call.args)
    call.args.end()
    if (asked === undefined || ids === undefined)
      throw invalidArguments('typeNames and ids are needed')
    const isKnown = (name: string) => blobHolders.some((each) => each === name)
    if (!asked.every(isKnown) || (asked.length > 0 && !call.using.has(mailCapability)))
      throw new MethodError('unknownDataType')
    const reading = await account.read()
    const opened = new OpenedBlobs(account, () => new MethodError('requestTooLarge'))
    const list: object[] = []
    for (const id of ids.filter(isBlobId)) {
      const found = await matchesOf(account, reading, opened, id)
      // Of what is none of his, and of what is nowhere, the same is said.
      list.push({
        id,
        matchedIds: Object.fromEntries(asked.map((name) => [name, found[name] ?? []])),
      })
    }
    return { accountId: account.id, list, notFound: ids.filter((id) => !isBlobId(id)) }
  },
}

async function matchesOf(
  account: Account,
  reading: AccountReading,
  opened: OpenedBlobs,
  blobId: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const holder = emailOfBlob(blobId)
  const email = holder === undefined ? undefined : reading.find(holder.emailId)
  if (holder === undefined || email === undefined) return {}
  if (holder.isPart && (await opened.open(blobId)) === undefined) return {}
  await account.recordRead([email], reading)
  return {
    Email: [email.id],
    Thread: [email.threadId],
    Mailbox: reading.placesOf(email).map(({ mailboxId }) => mailboxId),
  }
}
