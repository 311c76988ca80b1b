/**
 * What the script of an account wants done with one copy: where it is put, and what follows from it. A
 * script never destroys: what it discards, or sends elsewhere without keeping it, lies among the deleted
 * items. Nothing has happened yet when this returns.
 */
import { dayMs, secondMs } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Filter } from '../../directory/types.ts'
import type { QueueInput } from '../../queue/types.ts'
import { runScript } from '../../sieve/run-script.ts'
import type { SieveAction, SieveMessage, SievePlace, VacationWish } from '../../sieve/types.ts'
import { flagBits, type Mailbox, type SystemFlag } from '../../store/types.ts'
import { composeAnswer } from '../answer/compose-answer.ts'
import { isAddressOf } from '../answer/is-address-of.ts'
import { whySilent } from '../answer/may-answer.ts'
import type { Copy } from '../arrive.ts'
import type { DeliveryParts } from '../ports.ts'
import { sendFurther } from './send-further.ts'
import { makeSieveMessage } from './sieve-message.ts'
import { compiledScript } from './scripts.ts'

export type FilterParts = Pick<
  DeliveryParts,
  'store' | 'log' | 'directory' | 'queue' | 'clock' | 'hostname'
>

export interface Place {
  /** `inbox` stands for wherever the copy would go without a script. */
  readonly mailbox: Mailbox | 'inbox'
  readonly flags: number
  readonly keywords: readonly string[]
}

export interface Filtered {
  readonly places: readonly Place[]
  /** Leaves once the copy is in its place: what is sent further, answers, refusals. */
  readonly follow: readonly QueueInput[]
  /** Met from now on, by `duplicate`. */
  readonly met: readonly {
    readonly what: string
    readonly until: number
    readonly isRenewed: boolean
  }[]
  /** By its owner's answer in absence: the script said nothing itself, and he will see the message. */
  readonly mayBeAnswered: boolean
}

export async function runFilter(
  parts: FilterParts,
  filter: Filter,
  { copy, message }: { readonly copy: Copy; readonly message: Buffer },
): Promise<Filtered | undefined> {
  const script = compiledScript(filter.script)
  if (script === undefined) {
    parts.log.warn({ accountId: copy.accountId }, 'a script in force does not compile')
    return undefined
  }
  const seen = makeSieveMessage(message, { from: copy.reversePath, to: copy.address })
  const mailboxes = await parts.store.mailboxes(copy.accountId)
  const met: Filtered['met'][number][] = []
  const place = placeFor(parts, { copy, mailboxes, met })
  const { actions, fault } = await runScript(script, seen, place)
  if (fault !== undefined)
    parts.log.info({ accountId: copy.accountId, what: fault }, 'a script ended with a fault')
  const acts = new Acts(parts, { copy, seen, message, mailboxes })
  for (const action of actions) await acts.take(action)
  return { ...acts.finish(), met }
}

interface PlaceInput {
  readonly copy: Copy
  readonly mailboxes: readonly Mailbox[]
  readonly met: Filtered['met'][number][]
}

function placeFor(parts: FilterParts, { copy, mailboxes, met }: PlaceInput): SievePlace {
  const { accountId } = copy
  return {
    now: parts.clock.now(),
    zoneMinutes: hongKongMinutes,
    hasMailbox: async (name) => findMailbox(mailboxes, name) !== undefined,
    hasSpecialUse: async (use, name) => {
      const one = name === undefined ? undefined : findMailbox(mailboxes, name)
      const all = name === undefined ? mailboxes : one === undefined ? [] : [one]
      return all.some(({ role }) => role !== undefined && `\\${role}` === use)
    },
    include: async (location, name) => {
      const filters = location === 'personal' ? parts.directory.filtersOf(accountId) : []
      const found = filters.find((each) => each.name === name)
      return found === undefined ? undefined : compiledScript(found.script)
    },
    isDuplicate: async (id, seconds, isRenewed) => {
      const what = `duplicate\0${id}`
      met.push({ what, until: parts.clock.now() + seconds * secondMs, isRenewed })
      return parts.store.isRemembered(accountId, what)
    },
  }
}

/** Where the government is; its clocks do not change with the season. */
const hongKongMinutes = 480

/** By name, as IMAP writes it; what was deleted is no place for mail. */
function findMailbox(mailboxes: readonly Mailbox[], name: string): Mailbox | undefined {
  const wanted = name.normalize('NFC')
  const isInbox = wanted.toUpperCase() === 'INBOX'
  return mailboxes.find(({ name: other, role }) =>
    role === 'recoverable' ? false : isInbox ? role === 'inbox' : other === wanted,
  )
}

/** Where nobody looks for what concerns him. */
function isAside({ role }: Mailbox): boolean {
  return role === 'trash' || role === 'junk'
}

interface ActsInput {
  readonly copy: Copy
  readonly seen: SieveMessage
  readonly message: Buffer
  readonly mailboxes: readonly Mailbox[]
}

class Acts {
  readonly #parts: FilterParts
  readonly #input: ActsInput
  readonly #places: Place[] = []
  readonly #follow: QueueInput[] = []
  #isRefused = false
  #hasOwnAnswer = false

  constructor(parts: FilterParts, input: ActsInput) {
    this.#parts = parts
    this.#input = input
  }

  async take(action: SieveAction): Promise<void> {
    const { copy, seen, message, mailboxes } = this.#input
    switch (action.kind) {
      case 'keep':
        this.#put('inbox', action.flags)
        break
      case 'fileinto': {
        const byUse = mailboxes.find(({ role }) => role && `\\${role}` === action.specialUse)
        const mailbox = byUse ?? findMailbox(mailboxes, action.mailbox)
        const made = mailbox ?? (action.isCreated ? await this.#make(action.mailbox) : undefined)
        this.#put(made ?? 'inbox', action.flags)
        break
      }
      case 'redirect': {
        const further = sendFurther(this.#parts, { copy, seen, message, to: action.address })
        if (further === undefined) this.#put('inbox', [])
        else this.#follow.push(further)
        break
      }
      case 'reject':
        this.#refuse(action.reason)
        break
      case 'vacation':
        this.#hasOwnAnswer = true
        await this.#answer(action.wish)
    }
  }

  finish(): Omit<Filtered, 'met'> {
    const { mailboxes } = this.#input
    const trash = mailboxes.find(({ role }) => role === 'trash')
    const lies = this.#places.length === 0 && !this.#isRefused
    const places: readonly Place[] = lies
      ? [{ mailbox: trash ?? 'inbox', flags: 0, keywords: [] }]
      : this.#places
    const isSeen = places.some(({ mailbox }) => mailbox === 'inbox' || !isAside(mailbox))
    const isSentOn = this.#follow.length > 0
    const mayBeAnswered = !this.#isRefused && !this.#hasOwnAnswer && (isSeen || isSentOn)
    return { places, follow: this.#follow, mayBeAnswered }
  }

  #put(mailbox: Mailbox | 'inbox', all: readonly string[]): void {
    const system = (flag: string) =>
      (Object.keys(flagBits) as SystemFlag[]).find(
        (one) => one.toLowerCase() === flag.toLowerCase(),
      )
    const flags = all.reduce((bits, flag) => {
      const known = system(flag)
      return known === undefined ? bits : bits | flagBits[known]
    }, 0)
    const keywords = all.filter((flag) => !flag.startsWith('\\'))
    const idOf = (one: Mailbox | 'inbox') => (one === 'inbox' ? one : one.id)
    if (this.#places.some((place) => idOf(place.mailbox) === idOf(mailbox))) return
    this.#places.push({ mailbox, flags, keywords })
  }

  /** Undefined: a mailbox of that name cannot be. */
  async #make(name: string): Promise<Mailbox | undefined> {
    try {
      return await this.#parts.store.createMailbox(this.#input.copy.accountId, name)
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }

  /** RFC 5429 §2.1: nobody is refused who could not hear it. */
  #refuse(reason: string): void {
    const { seen } = this.#input
    const silence = this.#silenceFor([])
    if (silence !== undefined && silence !== 'not-addressed') return this.#put('inbox', [])
    this.#isRefused = true
    const subject = seen.fields.find(({ name }) => name.toLowerCase() === 'subject')?.text ?? ''
    this.#follow.push(this.#compose({ subject: `Refused 拒收: ${subject}`, text: reason }))
    return undefined
  }

  async #answer(wish: VacationWish): Promise<void> {
    const { copy } = this.#input
    if (this.#silenceFor(wish.addresses) !== undefined) return
    if (!(await this.#isDue(wish))) return
    const { subject, reason: text, isMime } = wish
    const from = wish.from !== undefined && this.#isOwn(wish.from) ? wish.from : copy.address
    this.#follow.push(this.#compose({ from, subject, text, isMime }))
  }

  /** RFC 5230 §4.2: the same answer to the same person once in its time. */
  async #isDue({
    seconds,
    handle,
    reason,
    subject = '',
    from = '',
  }: VacationWish): Promise<boolean> {
    if (seconds === 0) return true
    const { copy } = this.#input
    const answer = handle ?? `${subject}\0${from}\0${reason}`
    const what = `answered\0${answer}\0${copy.reversePath.toLowerCase()}`
    const until = this.#parts.clock.now() + Math.min(seconds * secondMs, answeredMax)
    return this.#parts.store.rememberUntil(copy.accountId, { what, until, isRenewed: false })
  }

  #silenceFor(further: readonly string[]) {
    const { copy, seen } = this.#input
    const { isJunk, trace } = copy
    const ours = new Set(further.filter((one) => this.#isOwn(one)).map((one) => one.toLowerCase()))
    const isOwn = (address: string) => ours.has(address.toLowerCase()) || this.#isOwn(address)
    return whySilent({ message: seen, trace, isJunk, isOwn })
  }

  #isOwn(address: string): boolean {
    return isAddressOf(this.#parts.directory, this.#input.copy.accountId, address)
  }

  #compose(answer: {
    readonly subject: string | undefined
    readonly text: string
    readonly from?: string
    readonly isMime?: boolean
  }): QueueInput {
    const { copy, seen } = this.#input
    const { from = copy.address, isMime = false, subject, text } = answer
    const { departmentId, reversePath: to } = copy
    return composeAnswer(this.#parts, {
      original: seen,
      from,
      to,
      departmentId,
      subject,
      text,
      isMime,
    })
  }
}

const answeredMax = 180 * dayMs
