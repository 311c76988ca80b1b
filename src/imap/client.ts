/**
 * One connected client: octets in, commands in order, octets out, and the layers between (TLS,
 * compression). Between commands it keeps no buffer.
 */
import type { Socket } from 'node:net'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'
import type { InflateRaw } from 'node:zlib'
import type { Connection } from '../net/connection.ts'
import type { MemoryBudget } from '../net/memory-budget.ts'
import { capabilitiesOf } from './capabilities.ts'
import { dispatch } from './dispatch.ts'
import {
  appendBatchFactor,
  badCommandsMax,
  commandOctetsMax,
  inputWaitingOctetsMax,
  lineOctetsMax,
  literalOctetsMax,
  signInFailuresMax,
  strangerLineOctetsMax,
  strangerLiteralOctetsMax,
} from './limits.ts'
import { Session, type Channel, type SessionPorts } from './session.ts'
import { CommandReader, type RawCommand, type ReadEvent, type ReadLimits } from './wire/reader.ts'
import { ConnectionGone, ResponseWriter } from './wire/writer.ts'

const strangerLimits: ReadLimits = {
  lineOctetsMax: strangerLineOctetsMax,
  literalOctetsMax: strangerLiteralOctetsMax,
  commandOctetsMax: strangerLineOctetsMax,
  appendOctetsMax: 0,
  appendTotalOctetsMax: 0,
}

export class Client implements Channel {
  readonly #connection: Connection
  readonly #ports: SessionPorts
  readonly #userLimits: ReadLimits
  readonly #reader = new CommandReader()
  readonly #session: Session
  readonly #writer: ResponseWriter
  #socket: Socket
  #inflate: InflateRaw | undefined
  #loginTimer: NodeJS.Timeout | undefined
  /** Somebody waits for a line: the command that runs asked for it. */
  #wake: (() => void) | undefined
  #isBusy = false
  #isFinishing = false
  #isClosed = false
  #badCommands = 0

  constructor(connection: Connection, ports: SessionPorts, userLimits: ReadLimits) {
    this.#connection = connection
    this.#ports = ports
    this.#userLimits = userLimits
    this.#socket = connection.socket
    this.#writer = new ResponseWriter({ stream: this.#socket })
    this.#session = new Session(ports, this, this.#writer)
    ports.telemetry?.connections(1)
    this.#listen()
    this.#loginTimer = setTimeout(
      () => this.sayBye('You took too long to sign in'),
      ports.limits.loginTimeoutMs,
    ).unref()
    this.#writer.untagged(`OK [CAPABILITY ${capabilitiesOf(this.#session)}] Tamar is ready`)
    this.#writer.flush()
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress
  }

  get isTls(): boolean {
    return this.#connection.tls !== undefined
  }

  get channelBinding(): (() => Buffer) | undefined {
    return this.#connection.channelBinding
  }

  get canStartTls(): boolean {
    return this.#connection.canUpgrade
  }

  get isCompressed(): boolean {
    return this.#inflate !== undefined
  }

  /** The server is closing: a command that runs is finished first. */
  finish(): void {
    this.#isFinishing = true
    if (!this.#isBusy || this.#wake !== undefined) this.sayBye('The server is closing')
  }

  sayBye(text: string): void {
    if (this.#isClosed) return
    this.#writer.untagged(`BYE ${text}`)
    this.#writer.flush()
    this.hangUp()
  }

  async readLine(): Promise<string> {
    for (;;) {
      if (this.#isClosed) throw new ConnectionGone()
      const event = this.#reader.next(this.#limits(), true)
      if (event?.kind === 'line') return event.text
      if (event?.kind === 'refused') {
        this.sayBye('The line is too long')
        throw new ConnectionGone()
      }
      if (this.#isFinishing) this.sayBye('The server is closing')
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
      this.#wake = undefined
    }
  }

  async startTls(): Promise<void> {
    // Nothing that was said in clear may count after the handshake (RFC 9051 §6.2.1).
    this.#reader.clear()
    this.#unlisten()
    try {
      await this.#connection.upgrade('')
    } catch (error) {
      this.#ports.log?.info({ err: error }, 'a TLS handshake failed')
      this.#onClose()
      throw new ConnectionGone()
    }
    this.#socket = this.#connection.socket
    this.#writer.replaceSink({ stream: this.#socket })
    this.#listen()
  }

  /** RFC 4978. A small window: the memory stays with the connection. */
  startCompression(): void {
    const deflate = createDeflateRaw({ windowBits: 13, memLevel: 5 })
    const inflate = createInflateRaw({ chunkSize: 4096 })
    this.#writer.replaceSink({
      stream: deflate,
      afterWrite: () => deflate.flush(constants.Z_SYNC_FLUSH),
    })
    deflate.pipe(this.#socket)
    deflate.on('error', () => this.#socket.destroy())
    inflate.on('error', () => this.#socket.destroy())
    inflate.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('close', () => {
      deflate.destroy()
      inflate.destroy()
    })
    this.#inflate = inflate
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('close', this.#onClose)
    this.#socket.on('timeout', this.#onTimeout)
    this.#socket.setTimeout(this.#ports.limits.idleTimeoutMs)
  }

  #unlisten(): void {
    this.#socket.off('data', this.#onData)
    this.#socket.off('close', this.#onClose)
    this.#socket.off('timeout', this.#onTimeout)
    this.#socket.setTimeout(0)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#inflate === undefined) this.#receive(chunk)
    else if (!this.#inflate.write(chunk)) {
      this.#socket.pause()
      this.#inflate.once('drain', () => this.#socket.resume())
    }
  }

  readonly #onTimeout = (): void => {
    // A peer that does not even take its goodbye is not waited for.
    if (this.#isClosed) this.#socket.destroy()
    else this.sayBye('You were silent for too long')
  }

  readonly #onClose = (): void => {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#loginTimer)
    this.#ports.telemetry?.connections(-1)
    this.#session.end()
    this.#reader.clear()
    this.#wake?.()
  }

  hangUp(): void {
    const { stream } = this.#writer
    if (stream === this.#socket) this.#socket.destroySoon()
    else {
      // The compressor ends the socket once it is empty.
      stream.end()
      stream.once('end', () => this.#socket.destroySoon())
    }
    this.#onClose()
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed) return
    this.#reader.push(chunk)
    if (this.#wake !== undefined) this.#wake()
    else if (!this.#isBusy) void this.#pump()
    else if (this.#reader.waitingOctets > inputWaitingOctetsMax) this.#source.pause()
  }

  get #source(): Socket | InflateRaw {
    return this.#inflate ?? this.#socket
  }

  #limits(): ReadLimits {
    return this.#session.isSignedIn ? this.#userLimits : strangerLimits
  }

  /** Takes commands one after another until there is no whole one left. Never rejects. */
  async #pump(): Promise<void> {
    this.#isBusy = true
    try {
      while (!this.#isClosed) {
        const event = this.#reader.next(this.#limits())
        if (event === undefined) break
        await this.#act(event)
        if (this.#isFinishing) this.sayBye('The server is closing')
      }
    } catch (error) {
      if (!(error instanceof ConnectionGone)) {
        this.#ports.log?.error({ err: error }, 'a session failed')
      }
      // A client that gets no answer must not wait for one.
      if (!this.#isClosed) this.#socket.destroy()
    }
    this.#isBusy = false
    if (this.#source.isPaused()) this.#source.resume()
  }

  async #act(event: ReadEvent): Promise<void> {
    switch (event.kind) {
      case 'command':
        await this.#command(event)
        break
      case 'continue':
        this.#writer.text('+ go on\r\n')
        this.#writer.flush()
        break
      case 'refused':
        this.#refuse(event)
        break
      case 'line':
        throw new Error('a line was read that nobody asked for')
    }
  }

  async #command({ command }: ReadEvent & { kind: 'command' }): Promise<void> {
    // An empty line is not worth an answer: some clients send one to keep a connection open.
    if (command.texts.length === 1 && command.texts[0] === '') return
    const isGood = await this.#dispatch(command)
    this.#badCommands = isGood ? 0 : this.#badCommands + 1
    if (this.#session.isSignedIn) {
      clearTimeout(this.#loginTimer)
      this.#loginTimer = undefined
    }
    if (this.#badCommands >= badCommandsMax) this.sayBye('This does not look like IMAP')
    else if (this.#session.signInFailures >= signInFailuresMax) this.sayBye('Too many attempts')
  }

  async #dispatch(command: RawCommand): Promise<boolean> {
    try {
      return await dispatch(this.#session, command)
    } finally {
      this.#reader.release()
    }
  }

  /** RFC 7888 §4: a literal that is already on its way cannot be refused, only cut off. */
  #refuse({ tag, what, isFatal }: ReadEvent & { kind: 'refused' }): void {
    const answer = {
      line: 'BAD The line is too long',
      literal: 'BAD [TOOBIG] The literal is too large',
      append: 'NO [TOOBIG] The message is too large',
      busy: 'NO [UNAVAILABLE] The server is busy, try again',
    }[what]
    this.#writer.text(`${tag} ${answer}\r\n`)
    this.#badCommands += 1
    if (isFatal) this.sayBye(what === 'busy' ? 'Try again later' : 'The literal is too large')
    else if (this.#badCommands >= badCommandsMax) this.sayBye('This does not look like IMAP')
    this.#writer.flush()
  }
}

/** The limits of people who have signed in. */
export function readLimitsFor(appendOctetsMax: number, budget?: MemoryBudget): ReadLimits {
  return {
    lineOctetsMax,
    literalOctetsMax,
    commandOctetsMax,
    appendOctetsMax,
    appendTotalOctetsMax: appendOctetsMax * appendBatchFactor,
    ...(budget !== undefined && { budget }),
  }
}
