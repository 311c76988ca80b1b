/** Every mailbox held against the ledger, by IMAP. */
import { readAs } from '../support/mail-programs.ts'
import type { Platform } from '../support/platform.ts'
import type { Ledger } from './ledger.ts'
import { isUnaltered, readFound } from './mailbox-state.ts'

export interface Settlement {
  /** Copies of the load that lie in mailboxes. */
  readonly copies: number
  readonly lost: readonly string[]
  readonly altered: readonly string[]
  readonly duplicated: readonly string[]
}

export async function settle(platform: Platform, ledger: Ledger): Promise<Settlement> {
  const lost: string[] = []
  const altered: string[] = []
  const duplicated: string[] = []
  let copies = 0
  for (const person of platform.ready.people) {
    await using reader = await readAs(platform, person)
    const seen = new Set<string>()
    for (const { id, source, uid } of await readFound(reader)) {
      const place = `${id} at ${person.address}, UID ${uid}`
      const sent = ledger.acknowledged.get(id) ?? ledger.unanswered.get(id)
      if (seen.has(id)) duplicated.push(place)
      if (sent === undefined || !isUnaltered(sent, source)) altered.push(place)
      seen.add(id)
      copies++
    }
    for (const { id, recipients } of ledger.acknowledged.values())
      if (recipients.includes(person.address) && !seen.has(id))
        lost.push(`${id} at ${person.address}`)
  }
  return { copies, lost, altered, duplicated }
}
