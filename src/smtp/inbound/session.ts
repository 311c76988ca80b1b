/**
 * One SMTP connection from greeting to goodbye. RFC 5321 §3, §4.3.
 *
 * One loop reads commands in the order they came and gathers replies; they leave together when
 * nothing is left to read (RFC 2920 §3.2), one write for a pipelined batch. No timer, no stream and
 * no listener is made for a command or a message: the server's sweep looks at the clock for all.
 */
import type { Socket } from 'node:net'
import type { Principal } from '../../access/types.ts'
import type { Millis } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Connection } from '../../net/connection.ts'
import type { ListenerSession } from '../../net/listener.ts'
import {
  commandLineOctetsMax,
  inputHeldOctetsMax,
  lingerMs,
  outputHeldOctetsMax,
} from '../limits.ts'
import { refusals } from '../refusals.ts'
import { replies } from '../replies.ts'
import { parseCommand } from '../wire/command.ts'
import { type Line, LineReader } from '../wire/line-reader.ts'
import { type Reply, formatLines, formatReply } from '../wire/reply.ts'
import { Deadlines } from './deadlines.ts'
import { greet } from './greet.ts'
import type { Services, Session, Transaction } from './types.ts'
import { findVerb, leadsNowhere } from './verbs.ts'

export class SmtpSession implements Session, ListenerSession {
  readonly id: string
  readonly services: Services
  readonly connection: Connection
  readonly input = new LineReader()
  readonly deadlines: Deadlines
  helo: Session['helo']
  principal: Principal | undefined
  transaction: Transaction | undefined
  messages = 0
  errors = 0
  failedSignIns = 0
  #idleCommands = 0
  #commands = 0
  #out = ''
  /** Ends `more`. Set only while the session waits for its peer. */
  #wake: ((hasCome: boolean) => void) | undefined
  #isPaused = false
  /** Nothing more will come, or we do not want it. */
  #isOver = false
  #hasSaidGoodbye = false
  /** To be said as soon as no command is in hand. */
  #goodbye: Reply | undefined
  #endedAt: Millis | undefined
  #revocation: Disposable | undefined

  constructor(id: string, services: Services, connection: Connection) {
    this.id = id
    this.services = services
    this.connection = connection
    this.deadlines = new Deadlines(services.clock, services.limits)
    this.#listen(connection.socket)
  }

  /** Resolves when the session is over. Never rejects. */
  async run(): Promise<void> {
    try {
      await greet(this)
      while (!this.#hasSaidGoodbye) {
        if (this.#goodbye !== undefined) {
          this.sayGoodbye(this.#goodbye)
          break
        }
        const line = this.input.takeLine(commandLineOctetsMax)
        if (line !== undefined) await this.#obey(line)
        else if (!(await this.more())) break
      }
    } catch (error) {
      this.#reportFault(error)
      this.say(replies.broken)
    } finally {
      this.#end()
    }
  }

  say(reply: Reply): void {
    this.#out += formatReply(reply)
  }

  sayLines(code: number, lines: readonly string[]): void {
    this.#out += formatLines(code, lines)
  }

  refuse(reply: Reply): void {
    this.errors++
    if (this.errors > this.services.limits.errorsMax) this.sayGoodbye(replies.tooManyErrors)
    else this.say(reply)
  }

  sayGoodbye(reply: Reply): void {
    if (this.#hasSaidGoodbye) return
    this.#hasSaidGoodbye = true
    this.say(reply)
  }

  flush(): void {
    if (this.#out === '') return
    const { socket } = this.connection
    // Replies are ASCII: one octet for each character, without looking.
    if (socket.writable) socket.write(this.#out, 'latin1')
    this.#out = ''
  }

  more(): Promise<boolean> {
    this.flush()
    if (this.#isOver) return Promise.resolve(false)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#wake = resolve
    if (this.#isPaused) {
      this.#isPaused = false
      this.connection.socket.resume()
    }
    return promise
  }

  async askLine(octetsMax: number): Promise<string | undefined> {
    this.deadlines.startCommand()
    for (;;) {
      const line = this.input.takeLine(octetsMax)
      if (line?.kind === 'line') return line.text
      if (line !== undefined) {
        this.refuse(line.kind === 'too-long' ? replies.lineTooLong : replies.badLine)
        return undefined
      }
      if (!(await this.more())) return undefined
    }
  }

  async upgrade(reply: Reply): Promise<void> {
    const held = this.input.clear()
    const out = this.#out + formatReply(reply)
    this.#out = ''
    try {
      const discarded = held + (await this.connection.upgrade(out))
      if (discarded > 0) this.#log?.warn('smtp clear text after STARTTLS', { octets: discarded })
    } catch {
      // Said by the listener's count of failed handshakes; there is nobody left to answer.
      this.#hasSaidGoodbye = true
      this.connection.destroy()
      return
    }
    this.helo = undefined
    this.transaction = undefined
    this.#listen(this.connection.socket)
  }

  signedIn(principal: Principal): void {
    this.principal = principal
    this.#revocation = this.services.access.onRevoked(principal, () => this.#leave(replies.revoked))
  }

  accepted(): void {
    this.errors = 0
    this.#idleCommands = 0
  }

  /** The server is closing. Content that is on its way is still taken and answered. */
  finish(): void {
    if (this.deadlines.isInContent) this.#goodbye = replies.shuttingDown
    else this.#leave(replies.shuttingDown)
  }

  /** Called every second or so: ends what is overdue. */
  sweep(now: Millis): void {
    if (this.#endedAt !== undefined) {
      if (now - this.#endedAt > lingerMs) this.connection.destroy()
    } else if (this.#wake !== undefined && this.deadlines.isOver(now)) {
      this.#log?.info('smtp timeout', { sessionId: this.id })
      this.#leave(replies.timedOut)
    }
  }

  get #log() {
    return this.services.telemetry?.log
  }

  /** Says goodbye now when the peer is waited for, else after the command in hand. */
  #leave(reply: Reply): void {
    if (this.#wake === undefined) {
      this.#goodbye = reply
      return
    }
    this.sayGoodbye(reply)
    this.#isOver = true
    this.#resolve(false)
  }

  #resolve(hasCome: boolean): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.(hasCome)
  }

  #listen(socket: Socket): void {
    const over = (): void => {
      // A socket that was left behind by STARTTLS closes with the one on top of it.
      if (socket !== this.connection.socket) return
      this.#isOver = true
      this.#resolve(false)
    }
    socket.on('data', (chunk: Buffer) => this.#take(socket, chunk))
    socket.on('end', over)
    socket.on('close', over)
  }

  #take(socket: Socket, chunk: Buffer): void {
    if (this.#endedAt !== undefined) return
    this.input.push(chunk)
    if (this.#wake !== undefined) this.#resolve(true)
    else if (this.input.held > inputHeldOctetsMax) {
      this.#isPaused = true
      socket.pause()
    }
    if (socket.writableLength > outputHeldOctetsMax) {
      socket.pause()
      socket.once('drain', () => socket.resume())
    }
  }

  async #obey(line: Line): Promise<void> {
    try {
      const pending = this.#begin(line)
      if (pending !== undefined) await pending
    } catch (error) {
      this.#answer(error)
    }
    this.deadlines.startCommand()
  }

  #begin(line: Line): Promise<void> | undefined {
    const { limits } = this.services
    if (++this.#commands > limits.commandsMax) {
      this.sayGoodbye(replies.tooManyCommands)
      return undefined
    }
    if (line.kind !== 'line') {
      this.refuse(line.kind === 'too-long' ? replies.lineTooLong : replies.badLine)
      return undefined
    }
    const { verb, argument } = parseCommand(line.text)
    if (leadsNowhere(verb) && ++this.#idleCommands > limits.idleCommandsMax) {
      this.sayGoodbye(replies.tooManyCommands)
      return undefined
    }
    return findVerb(verb)(this, argument) ?? undefined
  }

  #answer(error: unknown): void {
    const { mode, telemetry } = this.services
    if (!isRefusal(error)) {
      this.#reportFault(error)
      this.say(refusals['try-again'])
      return
    }
    telemetry?.log.refused('smtp refused', error, { sessionId: this.id })
    const isForeign = error.code === 'sender-not-yours' || error.code === 'not-permitted'
    if (this.principal !== undefined && isForeign)
      this.services.access.noteRefused(this.principal, { act: 'mail.submit', code: error.code })
    telemetry?.metrics.refusals.inc({ door: mode, code: error.code })
    this.refuse(refusals[error.code])
  }

  #reportFault(error: unknown): void {
    const { mode, telemetry } = this.services
    telemetry?.log.error('smtp fault', error, { sessionId: this.id })
    telemetry?.metrics.faults.inc({ door: mode })
  }

  #end(): void {
    this.flush()
    this.#endedAt = this.services.clock.now()
    this.#revocation?.[Symbol.dispose]()
    if (this.principal !== undefined) this.services.access.signOut(this.principal)
    this.input.clear()
    this.transaction = undefined
    const { socket } = this.connection
    socket.end()
    // Read to the peer's end, or a reset could overtake our last reply.
    socket.resume()
  }
}
