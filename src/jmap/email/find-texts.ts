/** Which Emails have the texts a filter asks for: by the store's packs, and the others one by one. */
import { foldForSearch, foldFieldForSearch } from '../../mime/fold.ts'
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Summary, TextQuery } from '../../store/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { openedAtOnce } from '../limits.ts'
import type { TextTest } from './filter.ts'
import { readContent, readSummaries } from './get.ts'
import { EmailTexts, findUnpacked, keepUnpacked } from './unpacked-texts.ts'

/** The Emails each test is true of. */
export type Found = ReadonlyMap<TextTest, ReadonlySet<string>>

interface Search {
  readonly account: Account
  readonly reading: AccountReading
  readonly found: Map<TextTest, Set<string>>
}

/** One look for every test; of others than `emails` nothing is said. */
export async function findTexts(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  tests: readonly TextTest[],
): Promise<Found> {
  const found = new Map<TextTest, Set<string>>(tests.map((test) => [test, new Set()]))
  const search = { account, reading, found }
  const open = await findPacked(search, emails, tests)
  for (const [, group] of Map.groupBy(open, ({ tests: left }) => left.map(kindOf).join()))
    for (let at = 0; at < group.length; at += openedAtOnce)
      await findSingly(search, group.slice(at, at + openedAtOnce))
  return found
}

/** What packs said nothing of. */
interface Open {
  readonly email: EmailFacts
  readonly tests: readonly TextTest[]
}

const kindOf = (test: TextTest) => (test.kind === 'text' ? test.where : test.kind)

async function findPacked(
  { account, found }: Search,
  emails: readonly EmailFacts[],
  tests: readonly TextTest[],
): Promise<readonly Open[]> {
  const packable = tests.flatMap((test) => {
    const query = queryOf(test)
    return query === undefined ? [] : [{ test, query }]
  })
  const queries = packable.map(({ query }) => query)
  const packed =
    queries.length === 0 ? undefined : await account.parts.store.findMessages(account.id, queries)
  if (packed === undefined) return emails.map((email) => ({ email, tests }))
  // More than was asked about may be among them: who asks looks them up.
  for (const [at, { test }] of packable.entries()) found.set(test, new Set(packed.hits[at]))
  const others = tests.filter((test) => packable.every((each) => each.test !== test))
  const open: Open[] = []
  for (const email of emails) {
    const left = packed.isPacked(email.id) ? others : tests
    if (left.length > 0) open.push({ email, tests: left })
  }
  return open
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
      for (const test of tests) if (texts?.isTrue(test) === true) found.get(test)?.add(email.id)
    }),
  )
}

const needsBody = (tests: readonly TextTest[]) =>
  tests.some((test) => test.kind === 'text' && (test.where === 'text' || test.where === 'body'))

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
