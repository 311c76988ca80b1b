/** What a test says to the JMAP of a started platform, and what it hears: HTTPS and JSON, nothing of ours. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request, type RequestOptions } from 'node:https'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { bootPlatform, type Person } from '../../support/platform.ts'

export const core = 'urn:ietf:params:jmap:core'
export const mail = 'urn:ietf:params:jmap:mail'
export const submission = 'urn:ietf:params:jmap:submission'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly octets: Buffer
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer is read by assertions alone
  readonly body: any
}

export interface Asked {
  readonly method?: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** One platform for every test of the suite. */
export async function openSuite() {
  const stack = new AsyncDisposableStack()
  const platform = stack.use(await bootPlatform())
  const agent = new Agent({ ca: platform.ca, keepAlive: true })
  stack.defer(() => agent.destroy())
  const port = platform.port('https')
  const clientOf = (name: string) => openClient(platform.person(name), port, agent)
  return {
    platform,
    /** Has an account of her own, and works in a shared one. */
    lee: await clientOf('my.lee'),
    /** May only read the shared one. */
    ho: await clientOf('tk.ho'),
    /** Holds a post. */
    wong: await clientOf('kh.wong'),
    stranger: new Client(undefined, port, agent),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type Suite = Awaited<ReturnType<typeof openSuite>>

async function openClient(person: Person, port: number, agent: Agent): Promise<Client> {
  const client = new Client(person, port, agent)
  await client.begin()
  return client
}

export class Client {
  readonly address: string
  accountId = ''
  inbox = ''
  // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
  session: any
  readonly #options: RequestOptions
  readonly #authorization: Readonly<Record<string, string>>

  constructor(person: Person | undefined, port: number, agent: Agent) {
    this.address = person?.address ?? ''
    const shown = Buffer.from(`${this.address}:${person?.appPassword}`).toString('base64')
    this.#authorization = person === undefined ? {} : { authorization: `Basic ${shown}` }
    this.#options = { host: '127.0.0.1', port, agent }
  }

  async begin(): Promise<void> {
    this.session = (await this.ask('/jmap/session')).body
    this.accountId = this.session.primaryAccounts[mail]
    const { ids } = await this.ok('Mailbox/query', { filter: { role: 'inbox' } })
    ;[this.inbox] = ids
  }

  /** The other account that is shown, by a part of its name. */
  accountNamed(part: string): string {
    const found = Object.entries<{ name: string }>(this.session.accounts).find(([, { name }]) =>
      name.includes(part),
    )
    assert.ok(found, `no account is named ${part}`)
    return found[0]
  }

  /** A path of this server, or a URL of it. */
  open(path: string, { method, body, headers }: Asked = {}) {
    const { pathname, search } = new URL(path, 'https://localhost')
    const call = request({
      ...this.#options,
      path: pathname + search,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...this.#authorization, ...headers },
    })
    // Who waits for its answer hears of it; after that it is no matter how the connection ends.
    call.on('error', () => undefined)
    return call
  }

  /** Says how much is to come and sends nothing of it: what it is answered before it is read. */
  async announce(path: string, octets: number) {
    const headers = { 'content-type': 'application/json', 'content-length': `${octets}` }
    const call = this.open(path, { method: 'POST', headers })
    call.flushHeaders()
    const answer = await readAnswer(call)
    call.destroy()
    return answer
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const call = this.open(path, asked)
    call.end(asked.body)
    return readAnswer(call)
  }

  /** A whole Request; text as it is. */
  post(value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const body = typeof value === 'string' ? value : JSON.stringify(value)
    return this.ask('/jmap/api', {
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  /** The responses, in order. An `accountId` is his own unless it is given. */
  async calls(methodCalls: readonly (readonly [name: string, args: object, id?: string])[]) {
    const named = methodCalls.map(([name, args, id], at) => [
      name,
      name.startsWith('Core/') || name.startsWith('PushS') ? args : this.#withAccount(args),
      id ?? `c${at}`,
    ])
    const using = Object.keys(this.session.capabilities)
    const { status, body } = await this.post({ using, methodCalls: named })
    assert.equal(status, 200, JSON.stringify(body))
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    return body.methodResponses as [name: string, args: any, id: string][]
  }

  #withAccount(args: object): object {
    return { accountId: this.accountId, ...args }
  }

  async #call(name: string, args: object) {
    const [response] = await this.calls([[name, args]])
    assert.ok(response)
    return response
  }

  /** What the method answers. */
  async ok(name: string, args: object) {
    const [said, answer] = await this.#call(name, args)
    assert.equal(said, name, JSON.stringify(answer))
    return answer
  }

  /** The type of its error. */
  async fault(name: string, args: object): Promise<string> {
    const [said, answer] = await this.#call(name, args)
    assert.equal(said, 'error', JSON.stringify(answer))
    return answer.type
  }

  async upload(content: string | Buffer, type = 'message/rfc822', accountId = this.accountId) {
    const asked = { body: content, headers: { 'content-type': type } }
    const { status, body } = await this.ask(`/jmap/upload/${accountId}`, {
      method: 'POST',
      ...asked,
    })
    assert.equal(status, 201, JSON.stringify(body))
    return body
  }

  /** Each a message in the inbox, or where it is said, four at most; their ids in order. */
  async put(
    messages: readonly string[],
    more: {
      readonly mailboxIds?: object
      readonly keywords?: object
      readonly receivedAt?: string
    } = {},
  ): Promise<string[]> {
    const emails: Record<string, object> = {}
    const uploads = messages.map((message) => this.upload(message.replaceAll(/\r?\n/g, '\r\n')))
    for (const [at, { blobId }] of (await Promise.all(uploads)).entries())
      emails[`e${at}`] = { blobId, mailboxIds: { [this.inbox]: true }, ...more }
    const { created, notCreated } = await this.ok('Email/import', { emails })
    assert.equal(notCreated, null, JSON.stringify(notCreated))
    return messages.map((_, at) => created[`e${at}`].id)
  }

  /** The properties of one Email. */
  async email(id: string, properties: readonly string[] | null, more: object = {}) {
    const { list } = await this.ok('Email/get', { ids: [id], properties, ...more })
    return list[0]
  }

  /** A new mailbox. */
  async mailbox(name: string, more: object = {}): Promise<string> {
    const { created, notCreated } = await this.ok('Mailbox/set', {
      create: { m: { name, ...more } },
    })
    assert.equal(notCreated, null, JSON.stringify(notCreated))
    return created.m.id
  }

  async state(type: string): Promise<string> {
    return (await this.ok(`${type}/get`, { ids: [] })).state
  }
}

async function readAnswer(call: ClientRequest): Promise<Answer> {
  const [response]: IncomingMessage[] = await once(call, 'response')
  assert.ok(response)
  const octets = Buffer.concat(await response.toArray())
  const isJson = response.headers['content-type']?.includes('json') === true
  const body = isJson ? JSON.parse(octets.toString()) : undefined
  return { status: response.statusCode ?? 0, headers: response.headers, octets, body }
}

/** A plain message. */
export function plain(subject: string, body = 'text', fields = ''): string {
  return `From: Judge <judge@elsewhere.example>\nTo: my.lee@td.gov.example\nSubject: ${subject}\n${fields}\n${body}\n`
}
