/** Speaks to the running node over its local socket. RFC 9110 over a Unix socket. */
import { request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { openSocketPath } from '../admin/socket-path.ts'
import { CommandFault } from './command-fault.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface Client {
  /** Reads; `query` values that are undefined are left out. */
  get(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<unknown>
  /** Changes something. */
  post(path: string, body: object): Promise<unknown>
  /** JSON lines as they come. */
  lines(path: string): AsyncIterable<unknown>
}

const problemSchema = z.object({ code: z.string(), detail: z.string() })

export function createClient(dataFolder: string): Client {
  const open = (method: string, path: string, body?: object) =>
    send(dataFolder, { method, path: `/v1/${path}`, body })
  return {
    get: async (path, query = {}) => {
      const given = Object.entries(query).filter(([, value]) => value !== undefined)
      const search = new URLSearchParams(given.map(([name, value]) => [name, value ?? '']))
      return readAnswer(
        await open('GET', given.length === 0 ? path : `${path}?${search.toString()}`),
      )
    },
    post: async (path, body) => readAnswer(await open('POST', path, body)),
    async *lines(path) {
      const response = await open('GET', path)
      if (response.statusCode !== 200) await readAnswer(response)
      for await (const line of createInterface({ input: response })) yield JSON.parse(line)
    },
  }
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: object | undefined
}

async function send(dataFolder: string, { method, path, body }: Call): Promise<IncomingMessage> {
  if (!existsSync(dataFolder)) throw notRunning(dataFolder)
  using socket = openSocketPath(dataFolder)
  const answered = Promise.withResolvers<IncomingMessage>()
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const call = request({ socketPath: socket.path, method, path, headers, agent: false })
  call.on('response', answered.resolve)
  call.on('error', (error) => answered.reject(faultOf(error, dataFolder)))
  call.end(body === undefined ? undefined : JSON.stringify(body))
  return answered.promise
}

function faultOf(error: Error, dataFolder: string): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return notRunning(dataFolder, error)
  if (code === 'EACCES') {
    const sentence = `Only the user who runs Tamar may use ${dataFolder}. Become that user.`
    return new CommandFault(sentence, exitCodes.refused, { cause: error })
  }
  if (code === 'ECONNRESET') {
    const sentence = 'Tamar stopped before it answered. See whether it was done, then try again.'
    return new CommandFault(sentence, exitCodes.tryAgain, { cause: error })
  }
  return error
}

function notRunning(dataFolder: string, cause?: Error): CommandFault {
  const sentence = `Tamar is not running on ${dataFolder}. Start it with: tamar start, or say --data.`
  return new CommandFault(sentence, exitCodes.unavailable, { cause })
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const status = response.statusCode ?? 500
  if (status < 300) return body
  const { detail } = problemSchema.parse(body)
  throw new CommandFault(detail, exitCodeOf(status))
}

function exitCodeOf(status: number): ExitCode {
  if (status === 503 || status === 429) return exitCodes.tryAgain
  return status >= 500 && status !== 507 ? exitCodes.fault : exitCodes.refused
}
