/** Email/query and Email/queryChanges. RFC 8621 §4.4, §4.5. */
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { emailSortOptions, mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { findEmailChanges, parseState, requireKnown } from '../core/changes.ts'
import { MethodError } from '../core/method-error.ts'
import {
  matches,
  parseFilter,
  parseSort,
  queryDelta,
  windowAsked,
  windowOf,
  type Comparator,
  type Filter,
  type WindowAsked,
} from '../core/query.ts'
import {
  conditionsOf,
  decideByFacts,
  readCondition,
  type Condition,
  type TextTest,
} from './filter.ts'
import { findFew } from './find-few.ts'
import {
  findOpen,
  findPacked,
  isOfDocuments,
  openTestsOf,
  type Open,
  type Packed,
} from './find-texts.ts'
import { earlyResultsMax } from '../limits.ts'
import { isLasting, sortedBy } from './order-keys.ts'
import { findKept, keep } from './results.ts'
import { checkSort, isByReceivedAt, sortEmails } from './sort.ts'

interface Asked {
  readonly filter: Filter<Condition> | undefined
  readonly sort: readonly Comparator[]
  readonly collapseThreads: boolean
  /** For the trail. */
  readonly words: string
  /** Undefined where the results must be found anew each time. */
  readonly key: string | undefined
}

export const emailQuery: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const asked = askedOf(call, account)
    const window = windowAsked(call.args)
    call.args.end()
    const reading = await account.read()
    const { state } = reading
    const ids = findKept(reading, asked.key) ?? firstOf(reading, asked, window)
    const found = windowOf(ids ?? (await resultsOf(account, reading, asked)), window)
    return {
      accountId: account.id,
      queryState: state,
      canCalculateChanges: true,
      collapseThreads: asked.collapseThreads,
      ...found,
    }
  },
}

function askedOf({ args }: MethodCall, { grant }: Account): Asked {
  const filter = parseFilter(args.value('filter'), readCondition)
  const sort = parseSort(args, emailSortOptions)
  checkSort(sort)
  const collapseThreads = args.boolean('collapseThreads', false)
  const words = JSON.stringify(args.value('filter') ?? {})
  // What somebody searched for in another's mail is in the trail each time.
  const isOpen = grant.basis === 'own' || !hasTexts(filter)
  const key = isOpen ? JSON.stringify([words, sort, collapseThreads]) : undefined
  return { filter, sort, collapseThreads, words, key }
}

/** The first page of what facts alone decide, read off the account's own order: no more is looked at. */
function firstOf(
  reading: AccountReading,
  asked: Asked,
  window: WindowAsked,
): readonly string[] | undefined {
  const { filter, sort, collapseThreads } = asked
  const isInOrder = sort.length <= 1 && isByReceivedAt(sort)
  const isPlain = isInOrder && window.anchor === undefined && window.position >= 0
  if (!isPlain || window.calculateTotal || hasTexts(filter)) return undefined
  if (window.position + window.limit > earlyResultsMax) return undefined
  const threads = new Set<string>()
  const ids: string[] = []
  const end = window.position + window.limit
  for (const email of inOrder(reading, sort)) {
    if (ids.length >= end) break
    if (!reading.isShown(email) || decideByFacts(filter, reading, email) !== true) continue
    if (collapseThreads && threads.has(email.threadId)) continue
    threads.add(email.threadId)
    ids.push(email.id)
  }
  return ids
}

function hasTexts(filter: Filter<Condition> | undefined): boolean {
  return conditionsOf(filter).some(({ texts }) => texts.length > 0)
}

function* inOrder({ view }: AccountReading, sort: readonly Comparator[]): Generator<EmailFacts> {
  const { ordered } = view
  const isAscending = sort[0]?.isAscending === true
  for (let at = 0; at < ordered.length; at += 1) {
    const email = ordered[isAscending ? at : ordered.length - 1 - at]
    if (email !== undefined) yield email
  }
}

/** All ids, in order, each thread once where that is asked for. */
async function resultsOf(
  account: Account,
  reading: AccountReading,
  asked: Asked,
): Promise<readonly string[]> {
  const { filter, collapseThreads, key } = asked
  const kept = findKept(reading, key)
  if (kept !== undefined) return kept
  const { modSeq } = reading.view
  const { emails: found, isWhole } = await filterEmails(account, reading, asked)
  if (hasTexts(filter)) await account.recordSearch(asked.words, found, reading)
  const emails = collapseThreads ? firstsOfThreads(found) : found
  const ids = emails.map(({ id }) => id)
  // The account may have gone on while texts were read, and documents be read without any change of it.
  if (isWhole && modSeq === reading.view.modSeq) keep(reading, key, ids)
  return ids
}

function firstsOfThreads(emails: readonly EmailFacts[]): readonly EmailFacts[] {
  const threads = new Set<string>()
  return emails.filter(({ threadId }) => {
    const isFirst = !threads.has(threadId)
    threads.add(threadId)
    return isFirst
  })
}

interface FoundEmails {
  readonly emails: readonly EmailFacts[]
  /** False: more may be found though nothing changes. */
  readonly isWhole: boolean
}

/** Those that are found, sorted. */
async function filterEmails(
  account: Account,
  reading: AccountReading,
  { filter, sort }: Asked,
): Promise<FoundEmails> {
  const [first] = sort
  const isSorted = sort.length <= 1 && (isByReceivedAt(sort) || isLasting(first?.property ?? ''))
  const tests = conditionsOf(filter).flatMap(({ texts }) => texts)
  const packed = tests.length === 0 ? undefined : await findPacked(account, reading, tests)
  const few = packed && findFew(reading, filter, packed)
  const all = await inOrderOf(account, reading, sort, few)
  const found = await findAll(account, reading, all, { filter, packed, tests })
  const emails = isSorted ? found : await sortEmails(account, reading, found, sort)
  return { emails, isWhole: packed?.isWhole ?? true }
}

/** The account, or `few` of it, in the order of the first comparator, where that is one it is kept in. */
async function inOrderOf(
  account: Account,
  reading: AccountReading,
  sort: readonly Comparator[],
  few: ReadonlySet<EmailFacts> | undefined,
): Promise<Iterable<EmailFacts>> {
  const [first] = sort
  const isAscending = first?.isAscending === true
  if (first === undefined || sort.length > 1 || !isLasting(first.property)) {
    if (few === undefined) return inOrder(reading, sort)
    const ordered = reading.view.inOrder(few)
    return isAscending ? ordered : ordered.toReversed()
  }
  const sorted = await sortedBy(account, reading, first.property)
  const wanted = few === undefined ? sorted : sorted.filter((email) => few.has(email))
  return isAscending ? wanted : wanted.toReversed()
}

interface Looking {
  readonly filter: Filter<Condition> | undefined
  readonly packed: Packed | undefined
  readonly tests: readonly TextTest[]
}

async function findAll(
  account: Account,
  reading: AccountReading,
  all: Iterable<EmailFacts>,
  { filter, packed, tests }: Looking,
): Promise<readonly EmailFacts[]> {
  const emails: EmailFacts[] = []
  /** At the same places: only texts can tell. */
  const isUndecided: boolean[] = []
  const open: Open[] = []
  for (const email of all) {
    if (!reading.isShown(email)) continue
    const is = decideByFacts(filter, reading, email)
    if (is === false) continue
    emails.push(email)
    isUndecided.push(is === undefined)
    const left = is === undefined && packed ? openTestsOf(packed, email, tests) : []
    if (left.length > 0) open.push({ email, tests: left })
  }
  if (packed === undefined) return emails
  await findOpen(account, reading, packed, open)
  const isTrue = (email: EmailFacts) =>
    matches(
      filter,
      ({ facts, texts }) =>
        // What is looked for is rare as a rule: few are asked for the rest.
        texts.every((test) => packed.found.get(test)?.has(email) === true) &&
        facts.every((test) => test(reading, email)),
    )
  return emails.filter((email, at) => isUndecided[at] === false || isTrue(email))
}

export const emailQueryChanges: Method = {
  capability: mailCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    const asked = askedOf(call, account)
    const sinceQueryState = args.string('sinceQueryState')
    const maxChanges = args.unsigned('maxChanges')
    const upToId = args.idOrNull('upToId')
    const calculateTotal = args.boolean('calculateTotal', false)
    args.end()
    const reading = await account.read()
    const { state } = reading
    const since = parseState(sinceQueryState, reading)
    if (since.told !== undefined) throw new MethodError('cannotCalculateChanges')
    await requireKnown(reading, since.modSeq)
    const moved = await movedSince(reading, asked, since.modSeq)
    const read = await readSince(account, asked, since.modSeq)
    const results = await resultsOf(account, reading, asked)
    const delta = queryDelta(results, new Set([...moved, ...read]), upToId)
    if (maxChanges !== undefined && delta.removed.length + delta.added.length > maxChanges)
      throw new MethodError('tooManyChanges')
    return {
      accountId: account.id,
      oldQueryState: sinceQueryState,
      newQueryState: state,
      ...(calculateTotal && { total: results.length }),
      ...delta,
    }
  },
}

/** Whose attached documents were read since: found by other words than before, though nothing changed. */
async function readSince(
  { id, parts }: Account,
  { filter }: Asked,
  since: number,
): Promise<readonly string[]> {
  const asksDocuments = conditionsOf(filter).some(({ texts }) => texts.some(isOfDocuments))
  return asksDocuments ? parts.store.documentsSince(id, since) : []
}

/** Where threads have a say, a message moves all others of its own. */
async function movedSince(
  reading: AccountReading,
  { filter, sort, collapseThreads }: Asked,
  since: number,
): Promise<ReadonlySet<string>> {
  const changes = since === reading.view.modSeq ? [] : await findEmailChanges(reading, since)
  const moved = new Set(changes.map(({ id }) => id))
  const isOfThreads =
    collapseThreads ||
    conditionsOf(filter).some(({ isOfThread }) => isOfThread) ||
    sort.some(({ property }) => property.includes('InThread'))
  if (!isOfThreads) return moved
  for (const { threadId } of changes) for (const { id } of reading.threadOf(threadId)) moved.add(id)
  return moved
}
