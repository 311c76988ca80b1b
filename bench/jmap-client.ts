/** As much of a JMAP client as measuring needs: one kept connection, one request at a time. */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import type { Target, TargetUser } from './target.ts'

export type Call = readonly [name: string, args: object]
// oxlint-disable-next-line typescript/no-explicit-any -- read where it is measured
export type Answer = any

export class JmapClient implements Disposable {
  readonly #agent: Agent
  readonly #authorization: string
  readonly #port: number
  readonly #host: string

  constructor({ https }: Target, { user, pass }: TargetUser) {
    if (https === undefined) throw new Error('This server has no JMAP.')
    const ca = readFileSync(https.caPath)
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca, servername: 'localhost' })
    this.#authorization = `Basic ${Buffer.from(`${user}:${pass}`).toString('base64')}`
    this.#host = https.host
    this.#port = https.port
  }

  async session(): Promise<Answer> {
    return JSON.parse((await this.#ask('GET', '/jmap/session')).toString())
  }

  /** The octets, not parsed: parsing them is the client's cost. */
  raw(calls: readonly Call[]): Promise<Buffer> {
    const using = ['core', 'mail', 'submission'].map((name) => `urn:ietf:params:jmap:${name}`)
    const methodCalls = calls.map(([name, args], at) => [name, args, String(at)])
    return this.#ask('POST', '/jmap/api', JSON.stringify({ using, methodCalls }))
  }

  /** The arguments of each response. */
  async call(calls: readonly Call[]): Promise<readonly Answer[]> {
    const { methodResponses } = JSON.parse((await this.raw(calls)).toString())
    return methodResponses.map(([name, args]: readonly [string, Answer]) => {
      if (name === 'error') throw new Error(JSON.stringify(args))
      return args
    })
  }

  #ask(method: string, path: string, body?: string): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    const headers = { authorization: this.#authorization, 'content-type': 'application/json' }
    const [host, port, agent] = [this.#host, this.#port, this.#agent]
    const call = request({ host, port, agent, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const octets = Buffer.concat(chunks)
        if (response.statusCode === 200) resolve(octets)
        else reject(new Error(`${response.statusCode} ${octets.toString()}`))
      })
    })
    call.on('error', reject)
    call.end(body)
    return promise
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
