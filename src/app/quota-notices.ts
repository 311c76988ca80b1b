/** Tells owners that their mailboxes are nearly full: once a day, on whichever node looks first. */
import type { AccountId } from '../base/id.ts'
import { sendQuotaNotice } from '../delivery/quota-notice.ts'
import type { Directory } from '../directory/types.ts'
import type { Platform } from './platform.ts'

/** Owners told in one round; the rest are told in the next. */
const noticesPerRound = 1_000

type Told = Pick<Platform, 'store' | 'directory' | 'clock' | 'config'>

/** @returns how many were told. */
export async function noticeNearlyFull({ store, directory, clock, config }: Told): Promise<number> {
  const found = await store.takeNearlyFull(noticesPerRound)
  if (found.length === 0) return 0
  const addresses = addressesByAccount(directory)
  const { hostname } = config
  const recoverableDays = directory.policy('mail.recoverable-days')
  let told = 0
  for (const { accountId, quota } of found) {
    const address = addresses.get(accountId)
    // The account of somebody who was removed: nobody reads it.
    if (address === undefined) continue
    const notice = { accountId, address, quota, recoverableDays }
    await sendQuotaNotice({ store, clock, hostname }, notice)
    told++
  }
  return told
}

/** Of everybody who has one. */
export function addressesByAccount(directory: Directory): ReadonlyMap<AccountId, string> {
  const holders = [...directory.people(), ...directory.posts(), ...directory.sharedMailboxes()]
  return new Map(holders.map(({ accountId, address }) => [accountId, address]))
}
