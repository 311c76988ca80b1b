/**
 * One ManageSieve connection from greeting to goodbye. RFC 5804 §1.2. One loop reads commands in the order
 * they came; while one is at work, what comes waits.
 */
import type { Access, Attempt, Principal } from '../access/types.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { OwnScripts, ScriptsBy, ScriptsOwner } from '../delivery/sieve/own-scripts.ts'
import type { Connection } from '../net/connection.ts'
import type { ListenerSession } from '../net/listener.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { capabilityLines } from './capabilities.ts'
import { findVerb } from './verbs.ts'
import {
  badLinesMax,
  idleTimeoutMs,
  inputWaitingOctetsMax,
  literalSkippedOctetsMax,
  loginTimeoutMs,
  signInFailuresMax,
  strangerOctetsMax,
} from './limits.ts'
import { refusals, type Said } from './refusals.ts'
import { formatAnswer, type Answer } from './wire/format.ts'
import { LineReader, type ReadEvent } from './wire/reader.ts'

export interface SessionPorts {
  readonly access: Access
  readonly scripts: OwnScripts
  readonly telemetry?: Pick<Telemetry, 'log' | 'metrics'> | undefined
}

export class Session implements ListenerSession {
  readonly ports: SessionPorts
  readonly connection: Connection
  principal: Principal | undefined
  readonly #reader = new LineReader()
  #loginTimer: NodeJS.Timeout | undefined
  #revocation: Disposable | undefined
  /** Somebody waits for more octets. */
  #wake: (() => void) | undefined
  #isOver = false
  #isPaused = false
  /** To be said as soon as no command is at work. */
  #goodbye: Answer | undefined
  #badLines = 0
  #failures = 0

  constructor(connection: Connection, ports: SessionPorts) {
    this.connection = connection
    this.ports = ports
    this.#listen()
    this.#startLoginTimer()
    connection.onClose(() => this.#close())
  }

  /** Resolves when the session is over. Never rejects. */
  async run(): Promise<void> {
    try {
      this.greet('Tamar is ready')
      while (!this.#isOver) {
        if (this.#goodbye !== undefined) this.hangUp(this.#goodbye)
        else await this.#next()
      }
    } catch (error) {
      this.ports.telemetry?.log.error('managesieve fault', error, { door: 'sieve' })
      this.connection.destroy()
    } finally {
      this.#signOut()
    }
  }

  /** The mechanisms that may be used on this connection as it is; none in clear. */
  mechanisms(): readonly string[] {
    // LOGIN has no place in RFC 5804, and PLAIN says the same.
    const all = this.isPrivate ? this.ports.access.mechanisms(this.attempt) : []
    return all.filter((name) => name !== 'LOGIN')
  }

  get isPrivate(): boolean {
    return this.connection.tls !== undefined || this.connection.mode === 'none'
  }

  get attempt(): Attempt {
    const { remoteAddress, tls, channelBinding } = this.connection
    const attempt = { door: 'sieve', remoteAddress, isTls: tls !== undefined } as const
    return channelBinding === undefined ? attempt : { ...attempt, channelBinding }
  }

  /** His own account, or the post that he opened. Refusal('not-permitted') */
  get owner(): ScriptsOwner & ScriptsBy {
    const { principal } = this
    if (principal === undefined) throw new Refusal('not-permitted')
    const { openedAs } = principal
    const grant = this.ports.access
      .accountsOf(principal)
      .find((each) => (openedAs === undefined ? each.basis === 'own' : each.accountId === openedAs))
    if (grant === undefined) throw new Refusal('not-permitted')
    const { accountId, departmentId } = grant
    return { accountId, departmentId, principal, remoteAddress: this.connection.remoteAddress }
  }

  greet(text: string): void {
    this.write(capabilityLines(this))
    this.say({ status: 'OK', text })
  }

  say(answer: Answer): void {
    this.write(formatAnswer(answer))
  }

  write(text: string): void {
    const { socket } = this.connection
    if (socket.writable) socket.write(text)
  }

  /** Says why, and closes. */
  hangUp(answer: Answer): void {
    this.say(answer)
    this.#isOver = true
    this.connection.socket.destroySoon()
  }

  signedIn(principal: Principal): void {
    clearTimeout(this.#loginTimer)
    this.principal = principal
    this.#revocation = this.ports.access.onRevoked(principal, () =>
      this.#leave({ status: 'BYE', text: 'You were signed out' }),
    )
  }

  /** RFC 5804 §2.14.1: as if the connection had just been made, in the same TLS. */
  unauthenticate(): void {
    this.#signOut()
    this.#startLoginTimer()
  }

  /** @returns true: it was once too often, and he heard so. */
  failedSignIn(): boolean {
    if (++this.#failures < signInFailuresMax) return false
    this.hangUp({ status: 'BYE', text: 'Too many attempts' })
    return true
  }

  /** One more line, for a command that asked for it. Undefined: there is none. */
  async read(): Promise<ReadEvent | undefined> {
    while (!this.#isOver) {
      const isStranger = this.principal === undefined
      const event = this.#reader.take(isStranger ? strangerOctetsMax : literalSkippedOctetsMax)
      if (event?.kind === 'too-long') {
        this.hangUp({ status: 'BYE', code: 'QUOTA/MAXSIZE', text: 'This is too long' })
        return undefined
      }
      if (event !== undefined) return event
      if (this.#goodbye !== undefined) return undefined
      await this.#more()
    }
    return undefined
  }

  /** Nothing that was said in clear counts after the handshake. RFC 5804 §2.2. */
  async startTls(): Promise<void> {
    this.#reader.clear()
    const { connection } = this
    connection.socket.off('data', this.#onData)
    connection.socket.setTimeout(0)
    try {
      await connection.upgrade(formatAnswer({ status: 'OK', text: 'Begin TLS now' }))
    } catch {
      // The listener counts failed handshakes; nobody is left to be answered.
      this.#isOver = true
      connection.destroy()
      return
    }
    this.#listen()
    this.greet('The connection is encrypted')
  }

  /** The server is closing: a command at work is finished first. */
  finish(): void {
    this.#leave({ status: 'BYE', code: 'TRYLATER', text: 'The server is closing' })
  }

  #leave(goodbye: Answer): void {
    this.#goodbye ??= goodbye
    this.#wake?.()
  }

  async #next(): Promise<void> {
    const event = await this.read()
    if (event === undefined) return
    const [first, ...args] = event.kind === 'line' ? event.tokens : []
    // An empty line is not worth an answer.
    if (event.kind === 'line' && first === undefined) return
    const verb = first?.kind === 'atom' ? findVerb(first.text) : undefined
    if (verb === undefined) this.#refuseLine()
    else if (verb.isForUsers && this.principal === undefined)
      this.say({ status: 'NO', text: 'Sign in first' })
    else {
      this.#badLines = 0
      await this.#obey(() => verb.run(this, args))
    }
  }

  #refuseLine(): void {
    if (++this.#badLines < badLinesMax) this.say({ status: 'NO', text: 'No such command' })
    else this.hangUp({ status: 'BYE', text: 'This does not look like ManageSieve' })
  }

  async #obey(work: () => Promise<void> | void): Promise<void> {
    try {
      await work()
    } catch (error) {
      const { telemetry } = this.ports
      if (!isRefusal(error)) {
        telemetry?.log.error('managesieve command failed', error, { door: 'sieve' })
        telemetry?.metrics.faults.inc({ door: 'sieve' })
        this.say({ status: 'NO', ...refusals['try-again'] })
        return
      }
      telemetry?.metrics.refusals.inc({ door: 'sieve', code: error.code })
      this.say({ status: 'NO', ...said(error) })
    }
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    if (this.#isPaused) {
      this.#isPaused = false
      this.connection.socket.resume()
    }
    await promise
    this.#wake = undefined
  }

  #listen(): void {
    const { socket } = this.connection
    socket.on('data', this.#onData)
    socket.on('end', () => this.#endOf(socket))
    socket.on('close', () => this.#endOf(socket))
    socket.setTimeout(idleTimeoutMs, () => {
      // Who does not even take his goodbye is not waited for.
      if (this.#isOver) socket.destroy()
      else this.#leave({ status: 'BYE', text: 'You were silent for too long' })
    })
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver) return
    this.#reader.push(chunk)
    if (this.#wake !== undefined) this.#wake()
    else if (this.#reader.held > inputWaitingOctetsMax) {
      this.#isPaused = true
      this.connection.socket.pause()
    }
  }

  /** A socket that was left behind by STARTTLS ends with the one on top of it. */
  #endOf(socket: Connection['socket']): void {
    if (socket === this.connection.socket) this.#close()
  }

  #close(): void {
    this.#isOver = true
    clearTimeout(this.#loginTimer)
    this.#reader.clear()
    this.#wake?.()
  }

  #startLoginTimer(): void {
    const late = { status: 'BYE', text: 'You took too long to sign in' } as const
    this.#loginTimer = setTimeout(() => this.#leave(late), loginTimeoutMs).unref()
  }

  #signOut(): void {
    this.#revocation?.[Symbol.dispose]()
    this.#revocation = undefined
    if (this.principal !== undefined) this.ports.access.signOut(this.principal)
    this.principal = undefined
  }
}

/** What is wrong with a name or a script its owner hears in full. */
function said({ code, facts }: Refusal): Said {
  const { message } = facts
  const isHis = code === 'invalid' && typeof message === 'string'
  return isHis ? { ...refusals[code], text: message } : refusals[code]
}
