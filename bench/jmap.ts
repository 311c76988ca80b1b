/**
 * An account of 100,000 messages, and what a web mail does with it over HTTPS: lists, pages, sorts, polls,
 * searches. Latencies are the client's, JSON not parsed; client and server share the machine.
 */
import { fill } from './big-mailbox.ts'
import { formatNumber, quantile, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { JmapClient, type Call } from './jmap-client.ts'
import { costNote, costOf, type Stage } from './stage.ts'

/** What the aims are for; a quick run has a tenth. */
const messagesWhole = 100_000
const pageRows = 50
const clientsAtOnce = 8
const repeats = 60

const listed = ['threadId', 'mailboxIds', 'keywords', 'from', 'subject', 'receivedAt', 'preview']

export async function measureJmap(stage: Stage): Promise<readonly Figure[]> {
  const [user] = stage.users
  if (user === undefined) throw new Error('There is nobody to sign in as.')
  const count = stage.isQuick ? messagesWhole / 10 : messagesWhole
  const imap = await ImapClient.signIn(stage.target.imap, user)
  await fill(imap, 'INBOX', count)
  await imap.logout()
  using client = new JmapClient(stage.target, user)
  const { primaryAccounts } = await client.session()
  const accountId: string = primaryAccounts['urn:ietf:params:jmap:mail']
  const [mailboxes] = await client.call([['Mailbox/get', { accountId, ids: null }]])
  const inbox: { readonly id: string } = mailboxes.list.find(
    ({ role }: { readonly role: string }) => role === 'inbox',
  )
  const measuring = new Measuring(stage, client, { accountId, inMailbox: inbox.id, count })
  await measuring.first('Email/query, after filling', measuring.list({}))
  await measuring.lists()
  await measuring.atOnce(stage, user)
  // As it is ten minutes after: what is younger is read message by message.
  await stage.packTexts()
  await measuring.sorts()
  await measuring.changes()
  await measuring.searches()
  const { figures } = measuring
  return stage.isQuick ? figures.map((figure) => ({ ...figure, aim: undefined })) : figures
}

interface Place {
  readonly accountId: string
  readonly inMailbox: string
  readonly count: number
}

class Measuring {
  readonly figures: Figure[] = []
  readonly #stage: Stage
  readonly #client: JmapClient
  readonly #place: Place

  constructor(stage: Stage, client: JmapClient, place: Place) {
    this.#stage = stage
    this.#client = client
    this.#place = place
  }

  /** A page of the mailbox as a web mail shows it: ids and rows in one request. */
  list(more: object): readonly Call[] {
    const { accountId, inMailbox } = this.#place
    const sort = [{ property: 'receivedAt', isAscending: false }]
    const query = { accountId, filter: { inMailbox }, sort, limit: pageRows, ...more }
    const ids = { resultOf: '0', name: 'Email/query', path: '/ids' }
    return [
      ['Email/query', query],
      ['Email/get', { accountId, '#ids': ids, properties: listed }],
    ]
  }

  async lists(): Promise<void> {
    const { count } = this.#place
    const total = { calculateTotal: true }
    await this.many('50 newest', this.list({}), { p50: 10, p99: 40 })
    await this.many('50 newest of all threads', this.list({ collapseThreads: true, ...total }))
    await this.many('50 at nine tenths', this.list({ position: count * 0.9, ...total }), {
      p50: 23,
    })
    const [{ ids }] = await this.#client.call(this.list({ position: count / 2, limit: 1 }))
    const anchor: unknown = ids[0]
    await this.many('50 around an anchor in the middle', this.list({ anchor, anchorOffset: -25 }))
    await this.many('the same, of threads', this.list({ anchor, collapseThreads: true, ...total }))
  }

  async atOnce(stage: Stage, user: Stage['users'][number]): Promise<void> {
    const clients = Array.from({ length: clientsAtOnce }, () => new JmapClient(stage.target, user))
    await Promise.all(clients.map((client) => client.session()))
    const times: number[] = []
    const calls = this.list({ calculateTotal: true })
    const cost = await costOf(stage, async () => {
      await Promise.all(
        clients.map(async (client) => {
          for (let at = 0; at < repeats; at += 1)
            times.push(await timed(async () => void (await client.raw(calls))))
        }),
      )
    })
    for (const client of clients) client[Symbol.dispose]()
    const measure = `50 newest, ${clientsAtOnce} connections`
    this.#add(`${measure}, p50`, quantile(times, 0.5), 10)
    this.#add(`${measure}, p99`, quantile(times, 0.99), 40)
    this.figures.push({
      measure,
      value: (times.length / cost.elapsedMs) * 1_000,
      unit: '/s',
      aim: { least: 336 },
      note: costNote(cost, times.length),
    })
  }

  async sorts(): Promise<void> {
    for (const property of ['from', 'subject', 'size', 'hasKeyword']) {
      const keyword = property === 'hasKeyword' ? { keyword: '$flagged' } : {}
      const calls = this.list({ sort: [{ property, ...keyword }] })
      await this.first(`sorted by ${property}, first`, calls)
      await this.many(`sorted by ${property}`, calls, { p50: 50 })
    }
  }

  async changes(): Promise<void> {
    const { accountId } = this.#place
    const [{ state }] = await this.#client.call([['Email/get', { accountId, ids: [] }]])
    const poll: Call = ['Email/changes', { accountId, sinceState: state }]
    await this.many('Email/changes, nothing new', [poll], { p50: 3 })
    const [{ ids }] = await this.#client.call(this.list({ position: 100, limit: 10 }))
    const times: number[] = []
    const deltas: number[] = []
    for (let at = 0; at < 20; at += 1) {
      const [{ newState: sinceState }] = await this.#client.call([
        ['Email/changes', { accountId, sinceState: state }],
      ])
      const patch = { 'keywords/$seen': at % 2 === 0 ? true : null }
      const update = Object.fromEntries(ids.map((id: string) => [id, patch]))
      await this.#client.call([['Email/set', { accountId, update }]])
      const updated = { resultOf: '0', name: 'Email/changes', path: '/updated' }
      const get = { accountId, '#ids': updated, properties: ['keywords', 'mailboxIds'] }
      const calls: readonly Call[] = [
        ['Email/changes', { accountId, sinceState }],
        ['Email/get', get],
      ]
      times.push(await timed(async () => void (await this.#client.raw(calls))))
      const [[, query] = ['', {}]] = this.list({ collapseThreads: true, calculateTotal: true })
      const { limit: _, ...same } = query as { readonly limit: number }
      const delta: Call = ['Email/queryChanges', { ...same, sinceQueryState: sinceState }]
      deltas.push(await timed(async () => void (await this.#client.raw([delta]))))
    }
    this.#add('Email/changes of 10 and their flags', quantile(times, 0.5), 5.4)
    this.#add('Email/queryChanges of 10, of threads', quantile(deltas, 0.5))
  }

  async searches(): Promise<void> {
    const total = { calculateTotal: true }
    const text = (filter: object) => this.list({ filter, ...total })
    for (const [name, filter, most] of [
      ['a rare word', { text: 'quizzaciously' }, 7.2],
      ['a rare word in Chinese', { text: '琥珀色檔案' }, 8.07],
      ['a rare word in the subject', { subject: 'rareword' }, 6.15],
      ['a common word', { text: 'minutes' }, 500],
      ['three letters, as they are typed', { text: 'qui' }, undefined],
      ['two common words', { text: 'meeting friday' }, 500],
    ] as const) {
      await this.first(`search for ${name}, first`, text(filter))
      await this.many(`search for ${name}`, text(filter), { p50: most })
    }
  }

  async first(measure: string, calls: readonly Call[]): Promise<void> {
    this.#add(measure, await timed(async () => void (await this.#client.raw(calls))))
  }

  async many(
    measure: string,
    calls: readonly Call[],
    aims: { readonly p50?: number | undefined; readonly p99?: number } = {},
  ): Promise<void> {
    // A fault would be quick.
    await this.#client.call(calls)
    const times: number[] = []
    const cost = await costOf(this.#stage, async () => {
      for (let at = 0; at < repeats; at += 1)
        times.push(await timed(async () => void (await this.#client.raw(calls))))
    })
    this.#add(`${measure}, p50`, quantile(times, 0.5), aims.p50, costNote(cost, repeats))
    if (aims.p99 !== undefined) this.#add(`${measure}, p99`, quantile(times, 0.99), aims.p99)
  }

  #add(measure: string, value: number, most?: number, note?: string): void {
    const aim = most === undefined ? undefined : { most }
    this.figures.push({ measure, value, unit: 'ms', aim, note })
    console.error(`  ${measure}: ${formatNumber(value)} ms ${note ?? ''}`)
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
