/**
 * Gecko's remote protocol, as much of it as a test needs: a script runs inside the program with all its
 * privileges, and its value comes back. One frame is `length:JSON`.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { within } from './until.ts'

type Reply = readonly [type: 1, id: number, error: RemoteError | null, value: unknown]

interface RemoteError {
  readonly error: string
  readonly message: string
  readonly stacktrace: string
}

/** How much of a script is said when it does not end. */
const scriptTail = 160

export class Marionette implements Disposable {
  readonly #socket: Socket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #octets = Buffer.alloc(0)
  #lastId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#octets = Buffer.concat([this.#octets, chunk])
      for (let frame = this.#frame(); frame !== undefined; frame = this.#frame()) this.#take(frame)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the program went away'))
    })
  }

  static async connect(port: number, scriptTimeoutMs: number): Promise<Marionette> {
    const socket = connect({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    const marionette = new Marionette(socket)
    await marionette.#command('WebDriver:NewSession', {})
    await marionette.#command('WebDriver:SetTimeouts', { script: scriptTimeoutMs })
    await marionette.#command('Marionette:SetContext', { value: 'chrome' })
    return marionette
  }

  /** @param body of an async function; `args` are its `arguments[0]`, a value of JSON. */
  async run<T>(body: string, args: unknown, withinMs: number): Promise<T> {
    const script = `const done = arguments[arguments.length - 1];
      (async (args) => { ${body} })(arguments[0]).then(
        (value) => done({ value }),
        (error) => done({ error: String(error) + '\\n' + (error?.stack ?? '') }))`
    const sent = this.#command('WebDriver:ExecuteAsyncScript', { script, args: [args] })
    const { value } = (await within(`…${body.trim().slice(-scriptTail)}`, withinMs, sent)) as {
      value: { value?: T; error?: string }
    }
    assert.equal(value.error, undefined)
    // What the script returns is the caller's own promise.
    return value.value as T
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #command(name: string, parameters: unknown): Promise<unknown> {
    const id = (this.#lastId += 1)
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    const json = JSON.stringify([0, id, name, parameters])
    this.#socket.write(`${Buffer.byteLength(json)}:${json}`)
    return waiting.promise
  }

  #frame(): Buffer | undefined {
    const colon = this.#octets.indexOf(':')
    if (colon < 0) return undefined
    const end = colon + 1 + Number(this.#octets.subarray(0, colon).toString())
    if (this.#octets.length < end) return undefined
    const frame = this.#octets.subarray(colon + 1, end)
    this.#octets = this.#octets.subarray(end)
    return frame
  }

  #take(frame: Buffer): void {
    const message: unknown = JSON.parse(frame.toString())
    // The first thing said is a greeting, and no reply.
    if (!Array.isArray(message)) return
    const [, id, error, value] = message as unknown as Reply
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === null) waiting?.resolve(value)
    else waiting?.reject(new Error(`${error.error}: ${error.message}\n${error.stacktrace}`))
  }
}
