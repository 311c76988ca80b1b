/** Who was written to, and whose mail was taken, is no stranger the next time. */
import type { Mark } from '../policy/types.ts'
import type { Acceptance } from './accept.ts'
import { domainOf } from './address.ts'
import type { DeliveryParts } from './ports.ts'

/** The message is taken whatever becomes of this: a contact that is not kept is met once more. */
export async function learnContacts(parts: DeliveryParts, acceptance: Acceptance): Promise<void> {
  const contacts = parts.trust?.contacts
  if (contacts === undefined) return
  const [accounts, addresses] =
    acceptance.submitter === undefined ? readersOf(acceptance) : writersOf(parts, acceptance)
  try {
    await contacts.learn(accounts, addresses)
  } catch (error) {
    parts.log.warn({ error }, 'contacts were not kept')
  }
}

type Meeting = readonly [accounts: readonly string[], addresses: readonly string[]]

/** Marks of mail that may be somebody else's than it says. */
const doubtful: ReadonlySet<Mark> = new Set(['spam', 'unverified', 'look-alike'])

/** What is set aside or in doubt makes nobody known. A list's copy is for all, and from it. */
function readersOf({ plan, authors = [] }: Acceptance): Meeting {
  const readers = plan.targets.filter(
    ({ list, filing }) =>
      list === undefined &&
      filing?.heldFor === undefined &&
      filing?.marks.some((mark) => doubtful.has(mark)) !== true,
  )
  return [readers.map(({ accountId }) => accountId), authors]
}

/** The accounts that speak: whom somebody writes to for a post, the post knows. */
function writersOf({ directory }: DeliveryParts, { plan, authors = [] }: Acceptance): Meeting {
  const writers = authors.flatMap((author) => {
    const found = directory.findAddress(author)
    return found?.kind === 'account' ? [found.accountId] : []
  })
  const outside = plan.relays
    .filter(({ list, redirectedBy }) => list === undefined && redirectedBy === undefined)
    .map(({ wish }) => wish.forwardPath)
    .filter((address) => !directory.isInternalDomain(domainOf(address)))
  return [writers, outside]
}
