/**
 * Every policy by name, as data: what it says, what it may be, what holds until somebody sets it, and
 * which way is stricter. Names and shapes stand in stored rows: add, never rename; a schema goes on
 * taking what it once took. Architecture D13.
 */
import { z } from 'zod'
import {
  laterIsStricter,
  lessIsStricter,
  longerIsStricter,
  moreIsStricter,
  offIsStricter,
  withoutOrder,
  type Order,
} from './orders.ts'
import { combineRuleLines, compareRuleLines, parseRuleLine } from '../../policy/setting-text.ts'
import { parseRoute, parseVerifiedTls, verifiedTlsOrder } from './outbound.ts'

export interface PolicyRule<T> {
  /** In plain words: `how long people can have back what they delete, in days`. */
  readonly words: string
  readonly schema: z.ZodType<T>
  /** What holds until somebody sets it. */
  readonly initially: T
  readonly order: Order<T>
  /** A department may have its own, as strict as the platform's or stricter. */
  readonly isPerDepartment: boolean
  /** It says how a trail is kept: to weaken it is an act of its own, which the security officers have. */
  readonly isOfTrail?: boolean
}

/** `define` keeps the type of the value, which the catalogue's readers get back. */
function define<T>(rule: PolicyRule<T>): PolicyRule<T> {
  return rule
}

const days = (least: number, most: number) =>
  z.int('This is a whole number of days.').min(least).max(most)

/** RFC 8461 §3.2. */
const stsModes = ['none', 'testing', 'enforce'] as const
type StsMode = (typeof stsModes)[number]

/** Every large receiver splits its reports over a few. */
const reportAddressesMax = 10

/** A mailbox of nobody, whose mail is read as reports of other systems. */
const reportAddresses = z
  .array(
    z
      .string()
      .regex(
        /^[a-z0-9.+_-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/i,
        'An entry is an address such as dmarc-reports@gov.example.',
      ),
  )
  .max(reportAddressesMax)
  .refine((all) => new Set(all.map((one) => one.toLowerCase())).size === all.length, {
    message: 'Each address stands once.',
  }) satisfies z.ZodType<readonly string[]>

const shownTo = ['government', 'department'] as const
type ShownTo = (typeof shownTo)[number]

const entriesMax = 1_000

/** A line of text for each, one for each domain. */
function entries(parse: (text: string) => { readonly domain: string } | undefined, how: string) {
  return z
    .array(
      z
        .string()
        .max(1_000)
        .refine((text) => parse(text) !== undefined, how),
    )
    .max(entriesMax)
    .refine((all) => new Set(all.map((one) => parse(one)?.domain)).size === all.length, {
      message: 'Each domain has one entry.',
    }) satisfies z.ZodType<readonly string[]>
}

export const policies = {
  'mail.recoverable-days': define({
    words: 'how long people can have back what they delete from now on, in days',
    schema: days(1, 3_650),
    initially: 30,
    order: moreIsStricter,
    isPerDepartment: false,
  }),
  'delegation.days-max': define({
    words: 'how long a delegation of a mailbox lasts at most, in days',
    schema: days(1, 365),
    initially: 365,
    order: lessIsStricter,
    isPerDepartment: true,
  }),
  'directory.shown-to': define<ShownTo>({
    words:
      'who may look up the people, posts and shared mailboxes of a department: the whole government, or the department',
    schema: z.enum(shownTo),
    initially: 'government',
    order: laterIsStricter(shownTo),
    isPerDepartment: true,
  }),
  'mail-log.kept-days': define({
    words: 'how long is kept who sent what to whom and when, in days',
    // HKSARG G3 §14.4: six months.
    schema: days(184, 3_650),
    initially: 190,
    order: moreIsStricter,
    isPerDepartment: false,
    isOfTrail: true,
  }),
  'mail.greylist-seconds': define({
    words:
      'how long a sender whom nothing proves waits before his first mail to somebody is taken, in seconds; 0: not at all',
    // RFC 6647 §5 has a minute to a day; servers come back within the hour.
    schema: z.int('This is a whole number of seconds.').min(0).max(3_600),
    initially: 0,
    order: moreIsStricter,
    isPerDepartment: false,
  }),
  'mail.priority-max': define({
    words:
      'how urgent people may say their messages are to the queue, from 0 to 9 (MT-PRIORITY); 0: as all others, or less',
    schema: z.int('This is a whole number.').min(0).max(9),
    initially: 0,
    order: lessIsStricter,
    isPerDepartment: true,
  }),
  'mail.held-days': define({
    words: 'how long is kept what was set aside for somebody, so that he can ask for it, in days',
    schema: days(1, 90),
    initially: 14,
    order: moreIsStricter,
    isPerDepartment: false,
  }),
  'mail.held-digest-hours': define({
    words:
      'how often at most an owner is told what was set aside for him, in hours; it is told by mail',
    schema: z.int('This is a whole number of hours.').min(1).max(168),
    initially: 24,
    order: lessIsStricter,
    isPerDepartment: false,
  }),
  'redirect.external-days-max': define({
    words: 'how long mail may be sent on out of the government at most, in days, with approval',
    schema: days(1, 365),
    initially: 30,
    order: lessIsStricter,
    isPerDepartment: true,
  }),
  'outbound.verified-tls': define({
    words:
      'to which domains mail goes only over verified TLS: ' +
      '`partner.example until=2027-06-30 hosts=mx.partner.example`; the hosts are the domain’s own when none are named',
    schema: entries(parseVerifiedTls, 'An entry is a domain, `until=` a day and perhaps `hosts=`.'),
    initially: [],
    order: verifiedTlsOrder,
    isPerDepartment: false,
  }),
  'mail.rules': define<readonly string[]>({
    words:
      'what is done with mail, where it is not what is built in: `macros refuse`, `account-rate recipientsInHour=500`',
    schema: z
      .array(
        z
          .string()
          .max(1_000)
          .refine(
            (text) => parseRuleLine(text) !== undefined,
            'An entry is a rule and what it is to do.',
          ),
      )
      .max(entriesMax)
      .refine((all) => new Set(all.map((one) => parseRuleLine(one)?.rule)).size === all.length, {
        message: 'Each rule has one entry.',
      }) satisfies z.ZodType<readonly string[]>,
    initially: [],
    order: {
      compare: compareRuleLines,
      combine: combineRuleLines,
      words: 'a later of accept, tag, reroute, hold, quarantine, defer, refuse; a smaller number',
    },
    isPerDepartment: true,
  }),
  'inbound.mta-sts': define<StsMode>({
    words:
      'what our own policy tells other systems of mail to us: none, testing or enforce (MTA-STS)',
    schema: z.enum(stsModes),
    initially: 'testing',
    order: laterIsStricter(stsModes),
    isPerDepartment: false,
  }),
  'inbound.dmarc-reports-to': define<readonly string[]>({
    words:
      'addresses of our domains, of nobody, where other systems report of mail in our names (DMARC); the first is published',
    schema: reportAddresses,
    initially: [],
    order: longerIsStricter,
    isPerDepartment: false,
  }),
  'inbound.tls-reports-to': define<readonly string[]>({
    words:
      'addresses of our domains, of nobody, where other systems report of TLS with our servers (TLS-RPT); the first is published',
    schema: reportAddresses,
    initially: [],
    order: longerIsStricter,
    isPerDepartment: false,
  }),
  'inbound.tls-reports-by-https': define<boolean>({
    words:
      'whether reports of TLS are taken by HTTPS too, from whoever sends them: nobody vouches for what comes so',
    schema: z.boolean(),
    initially: false,
    order: offIsStricter,
    isPerDepartment: false,
  }),
  'outbound.routes': define({
    words:
      'which domains are reached through a host of their own, over verified TLS, whatever the DNS says: ' +
      '`legacy.gov.example via mail.legacy.gov.example:25`',
    schema: entries(parseRoute, 'An entry is a domain, `via`, and a host with a port.'),
    initially: [],
    // Who has that host reads what goes through it.
    order: withoutOrder<readonly string[]>(),
    isPerDepartment: false,
  }),
} as const

export type PolicyName = keyof typeof policies
export type PolicyValue<N extends PolicyName> = (typeof policies)[N]['initially']

export const allPolicies = Object.keys(policies) as readonly PolicyName[]

export function isPolicy(name: string): name is PolicyName {
  return Object.hasOwn(policies, name)
}

/** The rule of a policy whose value is known only when it runs. */
export function policyRuleOf(name: PolicyName): PolicyRule<unknown> {
  return policies[name]
}
