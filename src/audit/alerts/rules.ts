/**
 * What is an alert, entry by entry. Each rule looks at one leaf of the log, in clear but for names; it
 * decides nothing and stops nothing. Requirement AUD-10, HKSARG G3 §14.4(b).
 */
import type { Millis } from '../../base/clock.ts'
import type { Leaf } from '../../tlog/types.ts'
import { SlidingCounter } from './counter.ts'
import {
  failuresInAll,
  failuresPerIdentity,
  failureWindowMs,
  massReadMessages,
  massReadWindowMs,
  refusalsPerPerson,
  refusalWindowMs,
} from './limits.ts'
import type { AlertRule } from './types.ts'

/** What a rule found; the watch adds which entry it was. */
export interface Finding {
  readonly rule: AlertRule
  readonly who?: string | undefined
  readonly about?: string | undefined
  readonly count?: number
  readonly sentence: string
}

export type Rule = (leaf: Leaf, now: Millis) => Finding | undefined

export function createRules(isOfficeHour: (at: Millis) => boolean): readonly Rule[] {
  return [
    massReading(),
    nonOwnerAccess,
    offHours(isOfficeHour),
    failedSignIns(),
    failedSignInsOfMany(),
    refusedActs(),
    externalForwarding,
    weakerProtection,
    certificateEnds,
    authority,
  ]
}

const ofOthers = new Set(['mail-read', 'mail-delete', 'mail-change', 'search'])

/** Holders and members read what is theirs by office: only how much they read is news. */
function massReading(): Rule {
  const counter = new SlidingCounter(massReadWindowMs)
  return (leaf, now) => {
    const who = text(leaf, 'principalId')
    if (leaf.kind !== 'mail-read' || who === undefined) return undefined
    const count = counter.add(who, countUids(text(leaf, 'uids') ?? ''), now)
    if (count < massReadMessages) return undefined
    counter.reset(who)
    const sentence = `One person read ${count} messages of others within ten minutes.`
    return { rule: 'mass-reading', who, about: text(leaf, 'accountId'), count, sentence }
  }
}

/** In a role or on an approval, not as holder or member. */
const nonOwnerAccess: Rule = (leaf) => {
  const isExamination = leaf.kind === 'examination'
  const rests = text(leaf, 'approvalId') !== undefined || text(leaf, 'role') !== undefined
  if (!isExamination && !(ofOthers.has(leaf.kind) && rests)) return undefined
  const event = text(leaf, 'event')
  const what = isExamination ? `examination (${event ?? 'open'})` : leaf.kind
  const sentence = `Somebody reached a mailbox that is not his, in a role: ${what}.`
  const who = text(leaf, 'principalId')
  return { rule: 'non-owner-access', who, about: text(leaf, 'accountId'), sentence }
}

const privileged = new Set([
  'privilege',
  'role',
  'audit-policy',
  'policy',
  'protection',
  'examination',
  'key',
  'backup',
])

function offHours(isOfficeHour: (at: Millis) => boolean): Rule {
  return (leaf) => {
    const who = text(leaf, 'principalId')
    // What the platform does by itself at night is its work.
    if (!privileged.has(leaf.kind) || who === undefined || isOfficeHour(leaf.at)) return undefined
    const sentence = `A privilege was used outside office hours: ${leaf.kind}.`
    return { rule: 'off-hours-privilege', who, about: leaf.kind, sentence }
  }
}

function failedSignIns(): Rule {
  const counter = new SlidingCounter(failureWindowMs)
  return (leaf, now) => {
    if (!isFailedSignIn(leaf)) return undefined
    const who = text(leaf, 'identity') ?? ''
    const count = counter.add(who, 1, now)
    if (count < failuresPerIdentity) return undefined
    counter.reset(who)
    const sentence = `${count} sign-ins of one identity failed within five minutes.`
    return { rule: 'failed-sign-ins', who, count, sentence }
  }
}

function failedSignInsOfMany(): Rule {
  const counter = new SlidingCounter(failureWindowMs)
  return (leaf, now) => {
    if (!isFailedSignIn(leaf)) return undefined
    const count = counter.add('', 1, now)
    if (count < failuresInAll) return undefined
    counter.reset('')
    const sentence = `${count} sign-ins of many identities failed within five minutes.`
    return { rule: 'failed-sign-ins', count, sentence }
  }
}

function isFailedSignIn(leaf: Leaf): boolean {
  return leaf.kind === 'sign-in' && leaf.entry['outcome'] === 'failure'
}

function refusedActs(): Rule {
  const counter = new SlidingCounter(refusalWindowMs)
  return (leaf, now) => {
    const who = text(leaf, 'principalId')
    if (leaf.kind !== 'refused' || who === undefined) return undefined
    const count = counter.add(who, 1, now)
    if (count < refusalsPerPerson) return undefined
    counter.reset(who)
    const sentence = `One person was refused ${count} acts within five minutes.`
    return { rule: 'refused-acts', who, count, sentence }
  }
}

const externalForwarding: Rule = (leaf) => {
  if (leaf.kind !== 'forwarding' || leaf.entry['isExternal'] !== true) return undefined
  if (leaf.entry['event'] !== 'set') return undefined
  const who = text(leaf, 'principalId')
  const sentence = 'Mail of an account now goes to an address outside the government.'
  return { rule: 'external-forwarding', who, about: text(leaf, 'accountId'), sentence }
}

const weakerProtection: Rule = (leaf) => {
  const isOff = leaf.kind === 'protection' && leaf.entry['event'] === 'off'
  const isWeaker = leaf.kind === 'policy' && leaf.entry['isWeaker'] === true
  if (!isOff && !isWeaker && leaf.kind !== 'audit-policy') return undefined
  const about = text(leaf, 'protection') ?? text(leaf, 'policy') ?? text(leaf, 'setting')
  const sentence = `What protects the platform was changed: ${about ?? leaf.kind}.`
  return { rule: 'weaker-protection', who: text(leaf, 'principalId'), about, sentence }
}

/** What a node says of its certificate while somebody can still replace it. */
const certificateEndsWord = 'certificate-ends'

const certificateEnds: Rule = (leaf) => {
  if (leaf.kind !== 'alarm' || text(leaf, 'what') !== certificateEndsWord) return undefined
  const days = leaf.entry['count']
  const when = typeof days === 'number' && days > 0 ? `ends in ${days} days` : 'has ended'
  const sentence = `The certificate of a node ${when}; then nobody can connect to it.`
  return { rule: 'certificate-ends', about: leaf.node, sentence }
}

/** The platform does not believe what stands in its database. */
const authority: Rule = (leaf) => {
  if (leaf.kind !== 'alarm' || text(leaf, 'what') === certificateEndsWord) return undefined
  const about = text(leaf, 'rowId') ?? text(leaf, 'objectId')
  const [what, table] = [text(leaf, 'what'), text(leaf, 'table')]
  const where = table === undefined ? '' : ` in the table ${table}`
  return { rule: 'authority', about, sentence: `A node raised an alarm: ${what}${where}.` }
}

function text(leaf: Leaf, name: string): string | undefined {
  const value = leaf.entry[name]
  return typeof value === 'string' ? value : undefined
}

/** How many numbers a sequence set of `formatNumbers` holds. */
function countUids(set: string): number {
  if (set === '') return 0
  return set.split(',').reduce((sum, run) => {
    const [first = '0', last = first] = run.split(':')
    return sum + Number(last) - Number(first) + 1
  }, 0)
}
