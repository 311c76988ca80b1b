/** Which Emails have the texts a filter asks for: by the store's packs, and the others one by one. */
import { foldForSearch, foldFieldForSearch } from '../../mime/fold.ts'
import type { EmailFacts, EmailView } from '../../store/emails/types.ts'
import type { Summary, TextQuery } from '../../store/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { openedAtOnce } from '../limits.ts'
import type { TextTest } from './filter.ts'
import { readContent, readSummaries } from './get.ts'
import { EmailTexts, findUnpacked, keepUnpacked } from './unpacked-texts.ts'

/** What packs say. */
export interface Packed {
  /** The Emails each test is true of: of the whole account, for who asks to look his own up. */
  readonly found: ReadonlyMap<TextTest, Set<EmailFacts>>
  /** Tests that no pack answers. */
  readonly others: readonly TextTest[]
  /** Emails that no pack has. Undefined: it is all of them. */
  readonly unpacked: ReadonlySet<EmailFacts> | undefined
  /** False: attached documents are still to be read, and more may be found without any change. */
  readonly isWhole: boolean
}

/** One look for every test. */
export async function findPacked(
  account: Account,
  { view }: AccountReading,
  tests: readonly TextTest[],
): Promise<Packed> {
  const found = new Map<TextTest, Set<EmailFacts>>(tests.map((test) => [test, new Set()]))
  const packable = tests.flatMap((test) => {
    const query = queryOf(test)
    return query === undefined ? [] : [{ test, query }]
  })
  const queries = packable.map(({ query }) => query)
  const { modSeq } = view
  const packed =
    queries.length === 0 ? undefined : await account.parts.store.findMessages(account.id, queries)
  for (const [at, { test }] of packable.entries()) found.set(test, emailsIn(view, packed?.hits[at]))
  const isWhole = await addDocuments(account, view, found)
  if (packed === undefined) return { found, others: tests, unpacked: undefined, isWhole }
  const others = tests.filter((test) => packable.every((each) => each.test !== test))
  // The view goes on while packs are read, and what came to it they did not see.
  const unpacked = emailsIn(view, [[...packed.unpacked]])
  if (modSeq !== view.modSeq) for (const email of view.changedSince(modSeq)) unpacked.add(email)
  return { found, others, unpacked, isWhole }
}

/** What is attached is searched with bodies. @returns whether all of it is read. */
async function addDocuments(
  account: Account,
  view: EmailView,
  found: Packed['found'],
): Promise<boolean> {
  const asked = [...found.keys()].filter(isOfDocuments)
  if (asked.length === 0) return true
  const needles = asked.map(({ needle }) => needle)
  const { hits, isWhole } = await account.parts.store.findDocuments(account.id, needles)
  for (const [at, test] of asked.entries())
    for (const email of emailsIn(view, [[...(hits[at] ?? [])]])) found.get(test)?.add(email)
  return isWhole
}

type DocumentTest = Extract<TextTest, { readonly kind: 'text' }>

export function isOfDocuments(test: TextTest): test is DocumentTest {
  return test.kind === 'text' && (test.where === 'text' || test.where === 'body')
}

function emailsIn(view: EmailView, lists: readonly (readonly string[])[] = []): Set<EmailFacts> {
  const emails = new Set<EmailFacts>()
  for (const list of lists)
    for (const id of list) {
      const email = view.find(id)
      if (email !== undefined) emails.add(email)
    }
  return emails
}

/** What packs said nothing of. */
export interface Open {
  readonly email: EmailFacts
  readonly tests: readonly TextTest[]
}

/** The tests of an Email that packs leave open. */
export function openTestsOf(
  { others, unpacked }: Packed,
  email: EmailFacts,
  tests: readonly TextTest[],
): readonly TextTest[] {
  return unpacked === undefined || unpacked.has(email) ? tests : others
}

/** The Emails that are left open are read; what they have is added to `found`. */
export async function findOpen(
  account: Account,
  reading: AccountReading,
  { found }: Packed,
  open: readonly Open[],
): Promise<void> {
  const search = { account, reading, found }
  for (const [, group] of Map.groupBy(open, ({ tests }) => tests.map(kindOf).join()))
    for (let at = 0; at < group.length; at += openedAtOnce)
      await findSingly(search, group.slice(at, at + openedAtOnce))
}

const kindOf = (test: TextTest) => (test.kind === 'text' ? test.where : test.kind)

interface Search {
  readonly account: Account
  readonly reading: AccountReading
  readonly found: Packed['found']
}

function queryOf(test: TextTest): TextQuery | undefined {
  if (test.kind === 'attachment') return undefined
  const { needle } = test
  if (needle === undefined || needle.includes('\0')) return undefined
  const folded = foldFieldForSearch(needle)
  if (test.kind === 'header')
    return { where: { field: `${foldForSearch(test.name)}: ` }, needle: folded }
  if (test.where === 'body') return { where: 'body', needle: foldForSearch(needle) }
  // In bodies white space is as it is, so that one needle must do for both.
  if (test.where === 'text')
    return folded === foldForSearch(needle) ? { where: 'text', needle: folded } : undefined
  return { where: { field: `${foldForSearch(test.where)}: ` }, needle: folded }
}

async function findSingly(search: Search, open: readonly Open[]): Promise<void> {
  const { account, reading, found } = search
  const now = account.parts.clock.now()
  const known = open.map(({ email, tests }) => findUnpacked(email.id, needsBody(tests), now))
  const missing = open.filter((_, at) => known[at] === undefined)
  const summaries = await readSummaries(
    account,
    reading,
    missing.map(({ email }) => email),
  )
  await Promise.all(
    open.map(async ({ email, tests }, at) => {
      const summary = summaries.get(email.id)
      const texts = known[at] ?? (summary && (await readTexts(search, email, tests, summary)))
      for (const test of tests) if (texts?.isTrue(test) === true) found.get(test)?.add(email)
    }),
  )
}

const needsBody = (tests: readonly TextTest[]) => tests.some(isOfDocuments)

async function readTexts(
  { account, reading }: Search,
  email: EmailFacts,
  tests: readonly TextTest[],
  summary: Summary,
): Promise<EmailTexts> {
  const texts = new EmailTexts(summary)
  const content = needsBody(tests) ? await readContent(account, reading, email) : undefined
  if (content !== undefined) texts.readBody(content)
  keepUnpacked(email.id, texts, account.parts.clock.now())
  return texts
}
