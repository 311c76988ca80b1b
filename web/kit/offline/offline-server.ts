/**
 * Answers a page without a network as the server would, from what is kept: the screens are the same. It
 * reads; whatever changes something is refused. RFC 8620 §3, RFC 8621.
 */
import { pathOf } from '../jmap/client.ts'
import type { Fetch } from '../jmap/transport.ts'
import type { Email, Mailbox, Session } from '../jmap/types.ts'
import type { Frame, OpenedRow } from './kept-mail.ts'

/** What is kept does not change. */
const state = 'kept'

/** Undefined: that file was not looked at, or is not kept any more. */
export type ReadFile = (accountId: string, blobId: string) => Promise<ArrayBuffer | undefined>

type Args = Readonly<Record<string, unknown>>
type Answer = Readonly<Record<string, unknown>>
type Call = readonly [name: string, args: Args, id: string]

export class OfflineServer {
  readonly #frame: Frame
  readonly #rows: readonly OpenedRow[]
  readonly #readFile: ReadFile
  readonly #downloads: RegExp

  constructor(frame: Frame, rows: readonly OpenedRow[], readFile: ReadFile) {
    this.#frame = frame
    this.#readFile = readFile
    this.#downloads = matcherOf(pathOf(frame.session.downloadUrl))
    this.#rows = rows.toSorted((a, b) => (a.email.receivedAt < b.email.receivedAt ? 1 : -1))
  }

  readonly fetch: Fetch = async (url, { body }) => {
    if (url === '/.well-known/jmap') return Response.json(this.#session())
    const { accountId, blobId } = this.#downloads.exec(url)?.groups ?? {}
    if (accountId !== undefined && blobId !== undefined) return this.#download(accountId, blobId)
    if (!url.endsWith('/api') || typeof body !== 'string')
      throw new TypeError('there is no network')
    // The page's own words.
    const { methodCalls } = JSON.parse(body) as { readonly methodCalls: readonly Call[] }
    const methodResponses: Call[] = []
    for (const [name, args, id] of methodCalls)
      methodResponses.push(await this.#answer(name, resolve(args, methodResponses), id))
    return Response.json({ methodResponses })
  }

  /** RFC 8620 §6.2. */
  async #download(accountId: string, blobId: string): Promise<Response> {
    const name = decodeURIComponent
    const octets = await this.#readFile(name(accountId), name(blobId))
    return octets === undefined ? new Response(null, { status: 404 }) : new Response(octets)
  }

  /** Nothing of any account can be changed. */
  #session(): Session {
    const { session } = this.#frame
    const accounts = Object.entries(session.accounts).map(
      ([id, account]) => [id, { ...account, isReadOnly: true }] as const,
    )
    return { ...session, accounts: Object.fromEntries(accounts) }
  }

  async #answer(name: string, args: Args, id: string): Promise<Call> {
    const accountId = String(args['accountId'])
    if (name === 'Mailbox/get') return [name, got(this.#mailboxes(accountId)), id]
    if (name === 'Email/query') return this.#query(args, id)
    if (name === 'Thread/get') return [name, got(this.#threads(accountId, args)), id]
    if (name === 'Email/get') return [name, await this.#emails(accountId, args), id]
    return ['error', { type: 'serverUnavailable' }, id]
  }

  /** With what is kept of each, and without rights. */
  #mailboxes(accountId: string): readonly Mailbox[] {
    return (this.#frame.mailboxes[accountId] ?? []).map((mailbox) => {
      const here = this.#in(accountId, mailbox.id)
      const unread = here.filter(({ keywords }) => keywords['$seen'] !== true)
      const threads = (emails: readonly Email[]) =>
        new Set(emails.map(({ threadId }) => threadId)).size
      return {
        ...mailbox,
        totalEmails: here.length,
        unreadEmails: unread.length,
        totalThreads: threads(here),
        unreadThreads: threads(unread),
        myRights: { mayReadItems: true },
      }
    })
  }

  #of(accountId: string): readonly OpenedRow[] {
    return this.#rows.filter((row) => row.accountId === accountId)
  }

  #in(accountId: string, mailboxId: unknown): readonly Email[] {
    return this.#of(accountId).flatMap(({ email }) =>
      typeof mailboxId !== 'string' || email.mailboxIds[mailboxId] === true ? email : [],
    )
  }

  #query(args: Args, id: string): Call {
    const { accountId, filter, position = 0, limit } = args
    const { inMailbox, ...others } = { ...(filter as Args | undefined) }
    // Words are searched for by the server, in its index.
    if (Object.keys(others).length > 0) return ['error', { type: 'unsupportedFilter' }, id]
    const found = newestOfThreads(this.#in(String(accountId), inMailbox))
    const from = Number(position)
    const ids = found.slice(from, typeof limit === 'number' ? from + limit : undefined)
    const answer = { queryState: state, canCalculateChanges: false, position: from }
    const total = found.length
    return ['Email/query', { ...answer, ids: ids.map((each) => each.id), total }, id]
  }

  #threads(accountId: string, { ids }: Args) {
    const byThread = Map.groupBy(this.#of(accountId), ({ email }) => email.threadId)
    return textsOf(ids).map((id) => ({
      id,
      emailIds: (byThread.get(id) ?? []).map(({ email }) => email.id).toReversed(),
    }))
  }

  async #emails(accountId: string, { ids, properties }: Args): Promise<Answer> {
    const isWhole = textsOf(properties).includes('bodyValues')
    const wanted = new Set(textsOf(ids))
    const rows = this.#of(accountId).filter(
      ({ email, readContent }) => wanted.has(email.id) && !(isWhole && readContent === undefined),
    )
    const found = await Promise.all(
      rows.map(async ({ email, readContent }) => (isWhole ? readContent?.() : email)),
    )
    const notFound = wanted.difference(new Set(rows.map(({ email }) => email.id)))
    return { ...got(found), notFound: [...notFound] }
  }
}

/** What a template of RFC 6570, of level 1, would have made. */
function matcherOf(template: string): RegExp {
  const plain = template.replaceAll(/[.*+?^$|()[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${plain.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/?&]*)')}$`)
}

function got(list: readonly unknown[]): Answer {
  return { state, list, notFound: [] }
}

function newestOfThreads(newestFirst: readonly Email[]): readonly Email[] {
  const seen = new Set<string>()
  return newestFirst.filter(({ threadId }) => !seen.has(threadId) && seen.add(threadId))
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** RFC 8620 §3.7, as far as the page uses it. */
function resolve(args: Args, responses: readonly Call[]): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (!name.startsWith('#')) return [name, value]
      const { resultOf, path } = value as { readonly resultOf: string; readonly path: string }
      const of = responses.find(([, , id]) => id === resultOf)?.[1]
      return [name.slice(1), walk(of, path.split('/').slice(1))]
    }),
  )
}

function walk(value: unknown, [step, ...more]: readonly string[]): unknown {
  if (step === undefined) return value
  if (step === '*') {
    const all = Array.isArray(value) ? value : []
    return all.flatMap((each: unknown) => walk(each, more))
  }
  return walk((value as Args | undefined)?.[step], more)
}
