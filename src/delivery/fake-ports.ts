/** Fakes at the ports of delivery, for the tests of this room: a small government in memory. */
import assert from 'node:assert/strict'
import type { AccountGrant, Principal, SentFor } from '../access/types.ts'
import type { MailLogEntry } from '../audit/mail-log.ts'
import { ManualClock, type Millis } from '../base/clock.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type {
  Destination,
  DistributionList,
  Filter,
  Redirect,
  Vacation,
} from '../directory/types.ts'
import { policies } from '../directory/policies/catalogue.ts'
import type { NewPost } from '../queue/moderation/types.ts'
import type { QueueInput } from '../queue/types.ts'
import type { Arrival, Mailbox, MailboxRole, Prepared, Quota } from '../store/types.ts'
import { domainOf } from './address.ts'
import type { DeliveryOptions } from './ports.ts'
import type { Envelope, Peer, RecipientWish } from './types.ts'

interface FakeCopy {
  readonly accountId: string
  readonly mailboxId: string | undefined
  readonly text: string
  readonly flags?: number
  readonly keywords?: readonly string[]
}

/** People, lists and what happens to them; tests change it as they need. */
export class FakeGovernment {
  readonly clock = new ManualClock()
  readonly domains = new Set(['td.example', 'dh.example'])
  readonly suspended = new Set<string>()
  readonly shared = new Set<string>()
  readonly lists = new Map<string, DistributionList>()
  readonly people = new Set(['amy', 'bob', 'cat', 'dan'])
  readonly redirects = new Map<string, readonly Redirect[]>()
  readonly filters = new Map<string, readonly Filter[]>()
  readonly vacations = new Map<string, Vacation>()
  readonly remembered = new Map<string, Millis>()
  readonly quotas = new Map<string, Quota>()
  readonly mailboxes = new Map<string, readonly Mailbox[]>()
  /** What `arrive` throws for an account. */
  readonly faults = new Map<string, Error>()
  readonly copies: FakeCopy[] = []
  readonly queued: QueueInput[] = []
  readonly posts: NewPost[] = []
  readonly log: MailLogEntry[] = []
  readonly settled: MailLogEntry[] = []
  readonly sent: SentFor[] = []
  readonly errors: object[] = []
  readonly seen = new Set<string>()
  preparations = 0
  departmentLimit: number | undefined
  departmentOctets = 0
  departmentMessages: number | undefined
  isSpoolFull = false

  addList(name: string, more: Partial<DistributionList>): DistributionList {
    const list: DistributionList = {
      id: `list-${name}`,
      departmentId: 'td',
      names: { en: name, zh: '' },
      address: `${name}@td.example`,
      posting: 'anyone',
      ownerAddress: 'dan@td.example',
      members: [],
      ...more,
    }
    this.lists.set(list.address, list)
    return list
  }

  sendOn(local: string, target: string): void {
    const at = { from: 0, to: undefined, setBy: local, ownerId: local, approvalId: undefined }
    const isExternal = !this.domains.has(domainOf(target))
    const redirect = { id: `${local} ${target}`, accountId: local, target, isExternal, ...at }
    this.redirects.set(local, [...(this.redirects.get(local) ?? []), redirect])
  }

  /** In force, under the name `main`. */
  filter(accountId: string, script: string): void {
    const filter = { id: `filter-${accountId}`, accountId, name: 'main', script }
    this.filters.set(accountId, [{ ...filter, isInForce: true, ownerId: accountId }])
  }

  away(accountId: string, says: Partial<Pick<Vacation, 'subject' | 'text' | 'html'>> = {}): void {
    const always = { version: 1, isEnabled: true, from: undefined, to: undefined }
    const nothing = { subject: undefined, text: undefined, html: undefined }
    this.vacations.set(accountId, { accountId, ...always, ...nothing, ...says })
  }

  addMailbox(accountId: string, name: string, role?: MailboxRole): Mailbox {
    const numbers = { uidValidity: 1, uidNext: 1, messages: 0, octets: 0, highestModSeq: 0 }
    const about = { id: `${accountId}/${name}`, accountId, name, role, isSubscribed: true }
    const mailbox: Mailbox = { ...about, ...numbers }
    this.mailboxes.set(accountId, [...(this.mailboxes.get(accountId) ?? []), mailbox])
    return mailbox
  }

  options(): DeliveryOptions {
    return {
      directory: {
        isInternalDomain: (domain) => this.domains.has(domain.toLowerCase()),
        findAddress: (address) => this.#find(address),
        policy: (name) => policies[name].initially,
        redirectsInForce: (accountId) => this.redirects.get(accountId) ?? [],
        filtersOf: (accountId) => this.filters.get(accountId) ?? [],
        filterInForce: (accountId) =>
          this.filters.get(accountId)?.find(({ isInForce }) => isInForce),
        vacationInForce: (accountId) => this.vacations.get(accountId),
        departments: () => [
          {
            id: 'td',
            code: 'td',
            names: { en: 'td', zh: '' },
            domains: [...this.domains],
            limitOctets: undefined,
            limitMessages: undefined,
          },
        ],
        department: (id) => {
          const names = { en: id, zh: '' }
          return {
            id,
            code: id,
            names,
            domains: [],
            limitOctets: this.departmentLimit,
            limitMessages: this.departmentMessages,
          }
        },
      },
      store: {
        quota: async (account) => this.quotas.get(account) ?? noLimits,
        departmentUse: async () => ({ octets: this.departmentOctets, messages: 5 }),
        mailboxes: async (account) => this.mailboxes.get(account) ?? [],
        prepare: async (octets) => {
          this.preparations++
          const none = Buffer.alloc(0)
          const rest = {
            header: none,
            facts: none,
            references: [],
            object: undefined,
            hasDocuments: false,
          }
          return { octets: octets.length, packed: octets, ...rest }
        },
        arrive: async (prepared, arrival) => this.#arrive(prepared, arrival),
        createMailbox: async (account, name) => this.addMailbox(account, name),
        append: async () => assert.fail('nothing waits here for its time'),
        emails: async () => assert.fail('nothing waits here for its time'),
        addSubmission: async () => assert.fail('nothing waits here for its time'),
        isRemembered: async (account, what) => this.#isRemembered(account, what),
        rememberUntil: async (account, { what, until }) => {
          const isNew = !this.#isRemembered(account, what)
          if (isNew) this.remembered.set(`${account} ${what}`, until)
          return isNew
        },
      },
      queue: {
        enqueue: async (inputs) => void this.queued.push(...inputs),
        prepare: async (inputs) => async () => void this.queued.push(...inputs),
      },
      moderation: {
        requireRoom: async () => undefined,
        keep: async (posts) => void this.posts.push(...posts),
        prepare: async (posts) => async () => void this.posts.push(...posts),
      },
      access: {
        maySendAs: (principal, address) => maySendAs(principal, address),
        maySendOnBehalf: (_, address) => (address === boss.address ? boss : undefined),
        permit: () => undefined,
        resume: (principal) => ({ principal, [Symbol.dispose]: () => undefined }),
        recordSend: async (_, sent) => void this.sent.push(sent),
      },
      mailLog: {
        append: async (entries) => void this.log.push(...entries),
        appendSoon: (entry) => void this.settled.push(entry),
      },
      spool: {
        requireRoom: () => {
          if (this.isSpoolFull) throw new Refusal('try-again', {})
        },
      },
      clock: this.clock,
      hostname: 'mx.example',
      postmaster: 'dan@td.example',
      log: {
        info: (facts) => void this.errors.push(facts),
        warn: (facts) => void this.errors.push(facts),
        error: (facts) => void this.errors.push(facts),
      },
    }
  }

  #find(address: string): Destination | undefined {
    const lower = address.toLowerCase()
    const list = this.lists.get(lower)
    if (list !== undefined) return { kind: 'list', list }
    const [local = '', tag] = lower.slice(0, lower.lastIndexOf('@')).split('+')
    if (!this.people.has(local) || domainOf(lower) !== 'td.example') return undefined
    return {
      kind: 'account',
      accountId: local,
      departmentId: 'td',
      accountKind: this.shared.has(local) ? 'shared' : 'person',
      address: `${local}@td.example`,
      isSuspended: this.suspended.has(local),
      tag,
    }
  }

  #isRemembered(account: string, what: string): boolean {
    return (this.remembered.get(`${account} ${what}`) ?? 0) > this.clock.now()
  }

  #arrive(prepared: Prepared, arrival: Arrival): { isDuplicate: boolean; appended: undefined } {
    const { accountId, mailboxId, trace, sameness } = arrival
    const fault = this.faults.get(accountId)
    if (fault !== undefined && !(isRefusal(fault, 'no-such-mailbox') && mailboxId === undefined))
      throw fault
    const key = `${accountId} ${sameness.toString('hex')}`
    const isDuplicate = this.seen.has(key)
    this.seen.add(key)
    if (!isDuplicate)
      this.copies.push({
        accountId,
        mailboxId,
        text: Buffer.concat([trace, prepared.packed]).toString(),
        ...(arrival.flags === undefined ? {} : { flags: arrival.flags }),
        ...(arrival.keywords === undefined ? {} : { keywords: arrival.keywords }),
      })
    return { isDuplicate, appended: undefined }
  }
}

const noLimits: Quota = {
  usedOctets: 0,
  usedMessages: 0,
  limitOctets: undefined,
  limitMessages: undefined,
}

/** Everybody sends as `<id>@td.example` and as the post `seo@td.example`. */
function maySendAs(principal: Principal, address: string): AccountGrant | undefined {
  if (address !== principal.address && address !== 'seo@td.example') return undefined
  return {
    accountId: principal.id,
    departmentId: 'td',
    kind: 'person',
    basis: 'own',
    name: '',
    rights: 'lrswipkxtecda',
    address,
  }
}

/** Lets everybody send on his behalf. */
export const boss: AccountGrant = {
  accountId: 'boss',
  departmentId: 'td',
  kind: 'person',
  basis: 'delegated',
  name: 'Boss',
  rights: 'lr0',
  address: 'boss@td.example',
}

export const amy: Principal = {
  id: 'amy',
  departmentId: 'td',
  address: 'amy@td.example',
  openedAs: undefined,
  sessionId: 's1',
}

export const peer: Peer = {
  remoteAddress: '192.0.2.7',
  heloName: 'mail.example.org',
  protocol: 'ESMTPS',
  tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
}

export function from(reversePath: string, more: Partial<Envelope> = {}): Envelope {
  return { reversePath, isSmtpUtf8: false, requiresTls: false, ...more }
}

export function to(...forwardPaths: readonly string[]): readonly RecipientWish[] {
  return forwardPaths.map((forwardPath) => ({ forwardPath }))
}

export function message(header: string, body = 'Hello\r\n'): Buffer {
  return Buffer.from(`${header.trim().replaceAll(/\n\s*/g, '\r\n')}\r\n\r\n${body}`)
}
