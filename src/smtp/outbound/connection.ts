/** One SMTP session with another server, over the wire of Nodemailer. RFC 5321, RFC 3207, RFC 7435. */
import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { connectTimeoutMs, greetingTimeoutMs, socketTimeoutMs } from './limits.ts'
import { chainOf } from './tls-policy/chain-of.ts'
import { ciphers } from './tls-policy/ciphers.ts'
import type { TlsDemand, TlsFailure } from './tls-policy/demand.ts'
import { certificateFailureOf, TlsFault, tlsFaultOf } from './tls-policy/tls-fault.ts'
import { isDaneValid } from './tls-policy/verify-dane.ts'

export interface ConnectOptions {
  /** An address, already resolved: what was checked is what is connected to. */
  readonly address: string
  readonly port: number
  /** The name its certificate should have. */
  readonly servername: string
  /** What we greet with. */
  readonly hostname: string
  readonly tls: TlsDemand
  /** Of the domain and its route: what an anchored certificate may be for. RFC 7672 §3.2.2 */
  readonly names: readonly string[]
}

/** What nodemailer says of a failure. */
export interface SmtpFailure {
  readonly code: string | undefined
  /** Of the other server; undefined when it said nothing. */
  readonly responseCode: number | undefined
  readonly response: string
  readonly rejected: readonly RecipientFailure[]
}

export interface RecipientFailure {
  readonly recipient: string
  readonly responseCode: number | undefined
  readonly response: string
}

export interface SendEnvelope {
  readonly from: string
  readonly to: readonly string[]
  readonly size: number
  readonly requiresTls: boolean
  readonly dsn?: {
    readonly ret?: string
    readonly envid?: string
    readonly notify?: string
    readonly orcpt?: string
  }
  /** Further parameters of MAIL, that the server offered: `BY=120;R`. */
  readonly parameters: readonly string[]
}

export class OutboundConnection {
  readonly #wire: Wire
  /** What the server offers, with its parameters: its reply to EHLO is the last thing heard when the session is open. */
  readonly extensions: ReadonlyMap<string, string>
  #sent = 0
  #isOpen = true
  /** No transaction has begun that did not end. */
  #isClean = true

  private constructor(wire: Wire) {
    this.#wire = wire
    this.extensions = extensionsIn(wire.lastServerResponse || '')
    wire.once('end', () => {
      this.#isOpen = false
    })
    // A connection that breaks while idle is simply not used again.
    wire.on('error', () => {
      this.#isOpen = false
    })
  }

  /** @throws TlsFault when TLS alone failed; Error when there is no session in time. */
  static async open(options: ConnectOptions): Promise<OutboundConnection> {
    const wire = wireOf(options)
    const connected = Promise.withResolvers<void>()
    wire.once('error', connected.reject)
    wire.once('end', () => connected.reject(new Error('the connection ended')))
    wire.connect((error) => (error ? connected.reject(error) : connected.resolve()))
    try {
      await connected.promise
      requireDane(wire, options)
      return new OutboundConnection(wire)
    } catch (error) {
      const isHandshake = wire.upgrading === true
      wire.close()
      throw tlsFaultOf(error, isHandshake) ?? error
    }
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#wire.destroyed
  }

  get isTls(): boolean {
    return this.#wire.secure
  }

  /** Why its certificate is not to be trusted for the name; undefined: it is, or there is none. */
  get trustFailure(): TlsFailure | undefined {
    const socket = this.#wire._socket
    if (!(socket instanceof TLSSocket) || socket.authorized) return undefined
    // Node has the code here, where its types want an error.
    return certificateFailureOf(String(socket.authorizationError)) ?? 'validation-failure'
  }

  /** Messages sent over it. */
  get sent(): number {
    return this.#sent
  }

  /** @returns those whom the server refused; all others are its now. @throws SendFault */
  async send(envelope: SendEnvelope, content: Buffer): Promise<readonly RecipientFailure[]> {
    const sent = Promise.withResolvers<readonly RecipientFailure[]>()
    const { requiresTls, to, parameters, ...rest } = envelope
    this.#wire.mailParameters = parameters
    const asked = {
      ...rest,
      to: [...to],
      use8BitMime: true,
      requireTLSExtensionEnabled: requiresTls,
    }
    this.#isClean = false
    this.#wire.send(asked, content, (error, info) => {
      this.#isClean = !error
      if (error) sent.reject(new SendFault(failureOf(error), { cause: error }))
      else sent.resolve((info?.rejectedErrors ?? []).map(recipientFailureOf))
    })
    this.#sent++
    return sent.promise
  }

  /** Ready for the next message, or closed. RFC 5321 §4.1.1.4: who took the content has cleared the rest. */
  async reset(): Promise<void> {
    if (this.#isClean) return
    const done = Promise.withResolvers<void>()
    this.#wire.reset((error) => {
      if (error) this.close()
      else this.#isClean = true
      done.resolve()
    })
    await done.promise
  }

  /** Says goodbye where somebody listens. */
  close(): void {
    if (this.isOpen) this.#wire.quit()
    else this.#wire.close()
    this.#isOpen = false
  }
}

/** Nodemailer's `_sendCommand`, through which every line passes; its types leave it out. */
type SendCommand = (this: SMTPConnection, line: string, logged?: string) => void
// A version that had it no more would fail here, when it is loaded, and in the tests.
const sendCommand: SendCommand = Reflect.get(SMTPConnection.prototype, '_sendCommand')

/** Nodemailer writes MAIL itself and knows neither DELIVERBY nor MT-PRIORITY. */
class Wire extends SMTPConnection {
  mailParameters: readonly string[] = []

  _sendCommand(line: string, logged?: string): void {
    const isMail = line.startsWith('MAIL FROM:<')
    sendCommand.call(this, isMail ? [line, ...this.mailParameters].join(' ') : line, logged)
  }
}

function wireOf({ address, port, servername, hostname, tls }: ConnectOptions): Wire {
  const mayBeClear = tls.kind === 'opportunistic' || tls.kind === 'clear'
  // RFC 6066 §3: an address is no server's name.
  const named = isIP(servername) === 0 ? { servername } : {}
  return new Wire({
    host: address,
    port,
    ...named,
    name: hostname,
    secure: false,
    ignoreTLS: tls.kind === 'clear',
    requireTLS: !mayBeClear,
    tls: {
      ...named,
      // RFC 7672 §8.1: the name the records are of.
      ...(tls.kind === 'dane' ? { servername: tls.base } : {}),
      rejectUnauthorized: tls.kind === 'trusted',
      minVersion: 'TLSv1.2',
      ciphers,
    },
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    socketTimeout: socketTimeoutMs,
    // Whether loopback may be connected to was decided before.
    allowInternalNetworkInterfaces: true,
  })
}

/** Nothing but a greeting has been said by now. */
function requireDane(wire: Wire, { tls, names }: ConnectOptions): void {
  if (tls.kind !== 'dane') return
  const socket = wire._socket
  const chain = socket instanceof TLSSocket ? chainOf(socket) : []
  const wanted = { chain, records: tls.records, names: [...names, tls.base], now: Date.now() }
  if (!isDaneValid(wanted)) throw new TlsFault('validation-failure')
}

export class SendFault extends Error {
  override readonly name = 'SendFault'
  readonly failure: SmtpFailure

  constructor(failure: SmtpFailure, options?: ErrorOptions) {
    super('a message could not be sent', options)
    this.failure = failure
  }
}

interface WireError extends Error {
  readonly code?: string | undefined
  readonly responseCode?: number | undefined
  readonly response?: string | undefined
  readonly recipient?: string | undefined
  readonly rejectedErrors?: readonly WireError[] | undefined
}

function failureOf(error: WireError): SmtpFailure {
  return {
    code: error.code,
    responseCode: error.responseCode,
    response: error.response ?? '',
    rejected: (error.rejectedErrors ?? []).map(recipientFailureOf),
  }
}

function recipientFailureOf(error: WireError): RecipientFailure {
  return {
    recipient: error.recipient ?? '',
    responseCode: error.responseCode,
    response: error.response ?? '',
  }
}

/** RFC 5321 §4.1.1.1: a keyword a line after the first. */
function extensionsIn(response: string): ReadonlyMap<string, string> {
  const found = response.split('\n').map((line) => /^250[ -](\S+)[ ]?([^\r]*)/.exec(line))
  return new Map(
    found.flatMap((match) => {
      const [, keyword, parameters = ''] = match ?? []
      return keyword === undefined ? [] : [[keyword.toUpperCase(), parameters.trim()] as const]
    }),
  )
}
