/** Which Emails have the texts a filter asks for: by the store's packs, and the others one by one. */
import { decodeWords } from '../../mime/encoded-word.ts'
import { foldForSearch, foldFieldForSearch } from '../../mime/fold.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import { searchableBody, searchableFields } from '../../mime/search-text.ts'
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Summary, TextQuery } from '../../store/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { openedAtOnce } from '../limits.ts'
import { bodyPartsOf, hasAttachment, partOfStructure } from './body.ts'
import type { TextTest } from './filter.ts'
import { readContent, readSummaries } from './get.ts'

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
  return emails.flatMap((email) => {
    const left = packed.isPacked(email.id) ? others : tests
    return left.length === 0 ? [] : [{ email, tests: left }]
  })
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
  const emails = open.map(({ email }) => email)
  const summaries = await readSummaries(account, reading, emails)
  await Promise.all(
    open.map(async ({ email, tests }) => {
      const summary = summaries.get(email.id)
      if (summary === undefined) return
      const needsBody = tests.some(
        (test) => test.kind === 'text' && (test.where === 'text' || test.where === 'body'),
      )
      const content = needsBody ? await readContent(account, reading, email) : undefined
      const texts = new EmailTexts(summary, content)
      for (const test of tests) if (texts.has(test)) found.get(test)?.add(email.id)
    }),
  )
}

/** Read and folded once, and only where it is asked for. */
class EmailTexts {
  readonly #summary: Summary
  readonly #content: Buffer | undefined
  #body: readonly string[] | undefined

  constructor(summary: Summary, content: Buffer | undefined) {
    this.#summary = summary
    this.#content = content
  }

  has(test: TextTest): boolean {
    if (test.kind === 'attachment')
      return hasAttachment(bodyPartsOf(partOfStructure(this.#summary.structure))) === test.isWanted
    if (test.kind === 'header') return this.#fieldHas(test.name, test.needle)
    const { where, needle } = test
    if (where === 'body') return this.#bodyHas(needle)
    if (where === 'text') return this.#headerHas(needle) || this.#bodyHas(needle)
    return this.#fieldHas(where, needle)
  }

  #fieldHas(name: string, needle: string | undefined): boolean {
    const { header } = this.#summary
    const folded = foldFieldForSearch(needle ?? '')
    return parseMessage(header).fields.some(
      (field) =>
        field.lowerName === name &&
        foldFieldForSearch(decodeWords(unfoldedValue(header, field))).includes(folded),
    )
  }

  #headerHas(needle: string): boolean {
    const { header } = this.#summary
    const folded = foldFieldForSearch(needle)
    return searchableFields(header, parseMessage(header)).some((line) => line.includes(folded))
  }

  #bodyHas(needle: string): boolean {
    const content = this.#content
    if (content === undefined) return false
    this.#body ??= searchableBody(content, parseMessage(content))
    const folded = foldForSearch(needle)
    return this.#body.some((text) => text.includes(folded))
  }
}
