/** Puts one message into many accounts, a few at a time; one that fails does not stop the others. */
import { hash } from 'node:crypto'
import { dayMs } from '../base/clock.ts'
import type { MailboxId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Prepared } from '../store/types.ts'
import { answerAway } from './answer/away.ts'
import { arrivalConcurrencyMax } from './limits.ts'
import type { StorePort } from './ports.ts'
import { runFilter, type Filtered, type FilterParts, type Place } from './sieve/run-filter.ts'
import { isPassing } from './statuses.ts'

export interface Copy {
  readonly accountId: string
  readonly departmentId: string | undefined
  /** Of the account that takes it. */
  readonly address: string
  readonly reversePath: string
  /** Ours, in the mail log. */
  readonly messageId: string
  readonly tag: string | undefined
  /** The policy wants it to wait in the queue, for this reason. */
  readonly heldFor?: string
  readonly isJunk: boolean
  /** It belongs in a mailbox of this name, which is made; no script is asked. */
  readonly mailboxName?: string
  readonly trace: string
}

export type Arrived =
  | { readonly result: 'arrived' }
  /** The policy wants it to wait in the queue. */
  | { readonly result: 'held'; readonly reason: string }
  /** For now. */
  | { readonly result: 'later'; readonly error: unknown }
  | { readonly result: 'never'; readonly error: Refusal }

interface Arriving {
  readonly message: Buffer
  readonly prepared: Prepared
  readonly sameness: Buffer
  readonly copy: Copy
}

/** One answer for each copy, in their order. Durable where it says `arrived`. */
export async function arriveAll(
  parts: FilterParts,
  message: Buffer,
  sameness: Buffer,
  copies: readonly Copy[],
): Promise<readonly Arrived[]> {
  if (copies.length === 0) return []
  const prepared = await parts.store.prepare(message)
  const answers: Arrived[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < copies.length; at = next++) {
      const copy = copies[at]
      if (copy !== undefined)
        answers[at] = await arriveOne(parts, { message, prepared, sameness, copy })
    }
  }
  await Promise.all(Array.from({ length: Math.min(arrivalConcurrencyMax, copies.length) }, work))
  return answers
}

async function arriveOne(parts: FilterParts, arriving: Arriving): Promise<Arrived> {
  const { accountId, heldFor, mailboxName } = arriving.copy
  if (heldFor !== undefined) return { result: 'held', reason: heldFor }
  try {
    const filter =
      mailboxName === undefined
        ? parts.directory.filterInForce(accountId, parts.clock.now())
        : undefined
    const filtered = filter === undefined ? undefined : await runFilter(parts, filter, arriving)
    await putFiltered(parts, arriving, filtered ?? unfiltered)
    return { result: 'arrived' }
  } catch (error) {
    if (error instanceof Refusal)
      return isPassing(error.code) ? { result: 'later', error } : { result: 'never', error }
    // A bug of ours must not lose a message that others could take: it waits, we hear of it.
    parts.log.error({ error, accountId }, 'arrival failed unexpectedly')
    return { result: 'later', error }
  }
}

const unfiltered: Filtered = {
  places: [{ mailbox: 'inbox', flags: 0, keywords: [] }],
  follow: [],
  met: [],
  mayBeAnswered: true,
}

/** @returns whether it had been there before. */
async function put(
  { store }: FilterParts,
  { prepared, sameness, copy }: Arriving,
  { mailbox, flags, keywords }: Place,
): Promise<boolean> {
  const { accountId, trace } = copy
  const arrival = { accountId, trace: Buffer.from(trace), sameness, flags, keywords }
  const mailboxId = mailbox === 'inbox' ? await findMailbox(store, copy) : mailbox.id
  if (mailboxId !== undefined) {
    try {
      return (await store.arrive(prepared, { ...arrival, mailboxId })).isDuplicate
    } catch (error) {
      // Deleted since it was looked up: the message belongs in INBOX then.
      if (!isRefusal(error, 'no-such-mailbox')) throw error
    }
  }
  return (await store.arrive(prepared, arrival)).isDuplicate
}

/** First into its places, then what follows: who hears of it twice after a crash, loses nothing. */
async function putFiltered(
  parts: FilterParts,
  arriving: Arriving,
  { places, follow, met, mayBeAnswered }: Filtered,
): Promise<void> {
  const { store, queue, clock, directory } = parts
  const { copy, sameness } = arriving
  const { accountId } = copy
  const [first, ...others] = places
  const isRepeated =
    first === undefined
      ? !(await store.rememberUntil(accountId, {
          what: `refused\0${sameness.toString('base64')}`,
          until: clock.now() + dayMs,
          isRenewed: false,
        }))
      : await put(parts, arriving, first)
  for (const place of others) {
    const name = place.mailbox === 'inbox' ? '' : place.mailbox.id
    const own = hash('sha256', Buffer.concat([sameness, Buffer.from(name)]), 'buffer')
    await put(parts, { ...arriving, sameness: own }, place)
  }
  if (isRepeated) return
  const vacation = mayBeAnswered ? directory.vacationInForce(accountId, clock.now()) : undefined
  const answer = vacation && (await answerAway(parts, vacation, arriving))
  const leaving = answer === undefined ? follow : [...follow, answer]
  if (leaving.length > 0) await queue.enqueue(leaving)
  for (const each of met) await store.rememberUntil(accountId, each)
}

/** Undefined: INBOX. */
async function findMailbox(store: StorePort, copy: Copy): Promise<MailboxId | undefined> {
  if (copy.mailboxName !== undefined) return findNamed(store, copy.accountId, copy.mailboxName)
  if (copy.isJunk)
    return (await store.mailboxes(copy.accountId)).find(({ role }) => role === 'junk')?.id
  return copy.tag === undefined ? undefined : findTagged(store, copy)
}

/**
 * `+tag` leads to the mailbox of that name. Mailboxes with a role are left out: a stranger shall not
 * put a message among what somebody sent, drafted or threw away.
 */
async function findTagged(store: StorePort, copy: Copy): Promise<MailboxId | undefined> {
  const wanted = copy.tag?.normalize('NFC').toLowerCase()
  const mailboxes = await store.mailboxes(copy.accountId)
  return mailboxes.find(({ name, role }) => role === undefined && name.toLowerCase() === wanted)?.id
}

/** Made when it is not there. One with a role has other uses: then it is INBOX. */
export async function findNamed(
  store: StorePort,
  accountId: string,
  name: string,
): Promise<MailboxId | undefined> {
  const find = async () =>
    (await store.mailboxes(accountId)).find((one) => one.name === name && one.role === undefined)
      ?.id
  const found = await find()
  if (found !== undefined) return found
  try {
    return (await store.createMailbox(accountId, name)).id
  } catch (error) {
    // Another message for him came at the same moment.
    if (isRefusal(error, 'mailbox-exists')) return find()
    throw error
  }
}
