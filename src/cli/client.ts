/** Speaks to the admin API, over a node's local socket or over HTTPS. RFC 9110. */
import { type IncomingMessage, request as requestHere, type RequestOptions } from 'node:http'
import { request as requestThere } from 'node:https'
import { createInterface } from 'node:readline'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { openSocketPath } from '../admin/socket-path.ts'
import { CommandFault } from './command-fault.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Target } from './target.ts'

export type Told = (done: number, total: number) => void
export type Query = Readonly<Record<string, string | undefined>>

/** Paths are under `/admin/v1`; `at` encodes their parts. */
export interface Client {
  /** Reads; `query` values that are undefined are left out. */
  get(path: string, query?: Query): Promise<unknown>
  /** Every item of a list, page by page. */
  all(path: string, query?: Query): Promise<readonly unknown[]>
  post(path: string, body: object): Promise<unknown>
  /** The same for what takes long: `told` hears how far it is. */
  postLong(path: string, body: object, told: Told): Promise<unknown>
  /** The same, and does not wait. @returns the id of the task. */
  postTask(path: string, body: object): Promise<string>
  put(path: string, body: object): Promise<unknown>
  /** Changes what is there, whatever it is now. */
  patch(path: string, body: object): Promise<unknown>
  delete(path: string, query?: Query): Promise<unknown>
  /** Octets as they come. */
  octets(path: string): AsyncIterable<Buffer>
  /** JSON lines as they come. */
  lines(path: string): AsyncIterable<unknown>
}

export interface ClientOptions {
  readonly target: Target
  /** For the audit trail. */
  readonly reason: string | undefined
  readonly ticket: string | undefined
}

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  next: z.string().optional(),
  approvalId: z.string().optional(),
})
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().nullable() })

export function createClient(options: ClientOptions): Client {
  const open = (method: string, path: string, body?: object) =>
    send(options, { method, path: `/admin/v1/${path}`, body })
  const get = async (path: string, query: Query = {}) =>
    readAnswer(await open('GET', withQuery(path, query)))
  return {
    get,
    all: async (path, query = {}) => {
      const items: unknown[] = []
      let cursor: string | undefined
      do {
        const page = pageSchema.parse(await get(path, { limit: '500', ...query, cursor }))
        items.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      return items
    },
    post: async (path, body) => readAnswer(await open('POST', path, body)),
    postLong: async (path, body, told) => {
      const call = { method: 'POST', path: `/admin/v1/${path}`, body, accept: jsonLines }
      return readLines(await send(options, call), told)
    },
    postTask: async (path, body) => {
      const call = { method: 'POST', path: `/admin/v1/${path}`, body, prefer: 'respond-async' }
      const response = await send(options, call)
      const isTask = response.headers['preference-applied'] === 'respond-async'
      return isTask ? (await readTask(response)).task : readNoTask(response)
    },
    put: async (path, body) => readAnswer(await open('PUT', path, body)),
    patch: async (path, body) => readAnswer(await open('PATCH', path, body)),
    delete: async (path, query = {}) => readAnswer(await open('DELETE', withQuery(path, query))),
    async *octets(path) {
      const response = await open('GET', path)
      if (response.statusCode !== 200) await readAnswer(response)
      for await (const chunk of response) yield chunk
    },
    async *lines(path) {
      const response = await open('GET', path)
      if (response.statusCode !== 200) await readAnswer(response)
      for await (const line of createInterface({ input: response })) yield JSON.parse(line)
    },
  }
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

const jsonLines = 'application/jsonl'

interface Call {
  readonly accept?: string
  readonly prefer?: string
  readonly method: string
  readonly path: string
  readonly body?: object | undefined
}

async function send(
  { target, reason, ticket }: ClientOptions,
  call: Call,
): Promise<IncomingMessage> {
  const { place } = target
  const { method, path, body, prefer, accept = 'application/json' } = call
  const headers = {
    accept,
    ...(prefer === undefined ? {} : { prefer }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    ...(reason === undefined ? {} : { 'tamar-reason': encodeURIComponent(reason) }),
    ...(ticket === undefined ? {} : { 'tamar-ticket': encodeURIComponent(ticket) }),
    ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
  }
  const options: RequestOptions = { method, path, headers, agent: false }
  if (place.kind === 'socket' && !existsSync(place.dataFolder)) throw notReached(target)
  using socket = place.kind === 'socket' ? openSocketPath(place.dataFolder) : undefined
  const answered = Promise.withResolvers<IncomingMessage>()
  const asked =
    place.kind === 'socket'
      ? requestHere({ ...options, socketPath: socket?.path })
      : requestThere(place.url, { ...options, ...(place.ca === undefined ? {} : { ca: place.ca }) })
  asked.on('response', answered.resolve)
  asked.on('error', (error) => answered.reject(faultOf(error, target)))
  asked.end(body === undefined ? undefined : JSON.stringify(body))
  return answered.promise
}

function faultOf(error: Error, target: Target): Error {
  const code = 'code' in error ? String(error.code) : ''
  if (['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN'].includes(code))
    return notReached(target, error)
  if (code === 'EACCES') {
    const sentence = `Only the user who runs Tamar may use ${target.name}. Become that user.`
    return new CommandFault(sentence, exitCodes.refused, { cause: error })
  }
  if (code === 'ECONNRESET') {
    const sentence = 'Tamar stopped before it answered. See whether it was done, then try again.'
    return new CommandFault(sentence, exitCodes.tryAgain, { cause: error })
  }
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)) {
    const sentence = `The certificate of ${target.name} is not one to trust (${code}). Say --ca with the file of its authority.`
    return new CommandFault(sentence, exitCodes.unavailable, { cause: error })
  }
  return error
}

function notReached({ name, place }: Target, cause?: Error): CommandFault {
  const sentence =
    place.kind === 'socket'
      ? `Tamar is not running on ${name}. Start it with: tamar start, or say --data.`
      : `Nobody answers at ${name}. Is it the right --server?`
  return new CommandFault(sentence, exitCodes.unavailable, { cause })
}

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal('answer'), answer: z.unknown() }),
  z.object({
    kind: z.literal('problem'),
    problem: problemSchema.extend({ status: z.number() }),
  }),
])

/** What was refused before it began is answered as ever. */
async function readLines(response: IncomingMessage, told: Told): Promise<unknown> {
  if (response.headers['content-type'] !== jsonLines) return readAnswer(response)
  for await (const text of createInterface({ input: response })) {
    const line = lineSchema.parse(JSON.parse(text))
    if (line.kind === 'progress') told(line.done, line.total)
    else if (line.kind === 'answer') return line.answer
    else throw faultIn(line.problem.status, line.problem)
  }
  const sentence = 'Tamar stopped before it answered. See whether it was done, then try again.'
  throw new CommandFault(sentence, exitCodes.tryAgain)
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const taskSchema = z.object({ task: z.string() })

async function readTask(response: IncomingMessage): Promise<z.infer<typeof taskSchema>> {
  return taskSchema.parse(JSON.parse(await readText(response)))
}

/** It was refused, or was no long act. */
async function readNoTask(response: IncomingMessage): Promise<never> {
  await readAnswer(response)
  throw new CommandFault('It was done at once, without a task.', exitCodes.fault)
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const text = await readText(response)
  const status = response.statusCode ?? 500
  const isOurs = response.headers['content-type']?.includes('json') === true
  if (!isOurs) {
    const sentence = `What answers there is not the admin API of Tamar (status ${status}).`
    throw new CommandFault(sentence, exitCodes.unavailable)
  }
  const body: unknown = JSON.parse(text)
  if (status < 300 && status !== 202) return body
  throw faultIn(status, problemSchema.parse(body))
}

function faultIn(
  status: number,
  { detail, next, approvalId }: z.infer<typeof problemSchema>,
): CommandFault {
  const asked = approvalId === undefined ? [] : [`The request is ${approvalId}.`]
  const sentences = [detail, ...asked, ...(next === undefined ? [] : [next])]
  return new CommandFault(sentences.join(' '), exitCodeOf(status))
}

function exitCodeOf(status: number): ExitCode {
  if (status === 202) return exitCodes.waiting
  if (status === 503 || status === 429) return exitCodes.tryAgain
  return status >= 500 && status !== 507 ? exitCodes.fault : exitCodes.refused
}
