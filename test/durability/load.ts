/**
 * Senders that deliver on port 25 without pause and never forget a message: what was not
 * acknowledged is sent again, the same octets, until it is.
 */
import { createTransport, type Transporter } from 'nodemailer'
import type { Platform } from '../support/platform.ts'
import type { seededRandom } from '../../tools/seeded-random.ts'
import { digestOf, type Ledger, type Sent } from './ledger.ts'

export interface LoadOptions {
  readonly platform: Platform
  readonly ledger: Ledger
  readonly random: ReturnType<typeof seededRandom>
  readonly connections: number
}

export interface Load {
  /** How often a sender was refused for now or cut off. */
  readonly failures: number
  /** Acknowledged since the load began, a moment that may be waited for. */
  readonly acknowledged: number
  /** Resolves when every message that was begun is acknowledged. */
  finish(): Promise<void>
  /** Gives up what is not acknowledged. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Of ten messages one is large enough to go to the object store. */
const largeShare = 0.1
const largeOctets = 300_000
const smallOctetsMax = 12_000
/** Of ten messages two go to several people at once. */
const severalShare = 0.2

export function startLoad(options: LoadOptions): Load {
  const state: LoadState = { isFinishing: false, isAbandoned: false, failures: 0, acknowledged: 0 }
  let serial = 0
  const nextId = () => `durability-${(serial++).toString(36)}-${randomHex(options.random)}`
  const senders = Array.from({ length: options.connections }, () =>
    runSender(options, state, nextId).catch((error: unknown) => {
      state.fault ??= error
    }),
  )
  const finish = async () => {
    state.isFinishing = true
    await Promise.all(senders)
    if (state.fault !== undefined) throw state.fault
  }
  return {
    get failures() {
      return state.failures
    },
    /** A sender that failed for good tells whoever waits for progress. */
    get acknowledged() {
      if (state.fault !== undefined) throw state.fault
      return state.acknowledged
    },
    finish,
    async [Symbol.asyncDispose]() {
      state.isAbandoned = true
      state.isFinishing = true
      await Promise.all(senders)
    },
  }
}

interface LoadState {
  isFinishing: boolean
  isAbandoned: boolean
  failures: number
  acknowledged: number
  fault?: unknown
}

async function runSender(
  options: LoadOptions,
  state: LoadState,
  nextId: () => string,
): Promise<void> {
  const { platform, ledger } = options
  let transport = connect(platform)
  try {
    while (!state.isFinishing) {
      const { sent, raw } = compose(options, nextId())
      ledger.sending(sent)
      const envelope = { from: 'load@elsewhere.example', to: [...sent.recipients] }
      while (!(await send(transport, envelope, raw))) {
        if (state.isAbandoned) return
        state.failures++
        transport.close()
        transport = connect(platform)
      }
      ledger.acknowledge(sent)
      state.acknowledged++
    }
  } finally {
    transport.close()
  }
}

function connect(platform: Platform): Transporter {
  return createTransport({
    pool: true,
    maxConnections: 1,
    maxMessages: Infinity,
    host: '127.0.0.1',
    port: platform.port('smtp'),
    secure: false,
    // The handshake is not what is proved here, and it is most of a delivery's work.
    ignoreTLS: true,
    name: 'load.elsewhere.example',
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 20_000,
  })
}

/** @returns whether every recipient was acknowledged. A permanent refusal is a failed proof. */
async function send(
  transport: Transporter,
  envelope: { from: string; to: string[] },
  raw: Buffer,
): Promise<boolean> {
  try {
    const info = await transport.sendMail({ envelope, raw })
    return info.rejected === undefined || info.rejected.length === 0
  } catch (error) {
    const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
    if (code >= 500) throw error
    // The node is on its way down or up: nodemailer tells at once, and the retry is bounded by it.
    await new Promise((resolve) => setTimeout(resolve, retryMs))
    return false
  }
}

/** A refused connection costs no time, so a sender without a pause would burn a processor. */
const retryMs = 25

function compose(
  { platform, random }: LoadOptions,
  id: string,
): { readonly sent: Sent; readonly raw: Buffer } {
  const { people } = platform.ready
  const first = Math.floor(random() * people.length)
  const count = random() < severalShare ? 3 : 1
  const recipients = Array.from(
    { length: count },
    (_, at) => people[(first + at) % people.length]?.address ?? '',
  )
  const size = random() < largeShare ? largeOctets : 200 + Math.floor(random() * smallOctetsMax)
  const raw = Buffer.from(
    `From: load@elsewhere.example\r\nTo: ${recipients.join(', ')}\r\nSubject: ${id}\r\n` +
      `Message-ID: <${id}@elsewhere.example>\r\nDate: Mon, 03 Jun 2024 09:00:00 +0800\r\n` +
      `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body(random, size)}`,
  )
  return { sent: { id, recipients, octets: raw.length, sha256: digestOf(raw) }, raw }
}

/** Lines that do not compress away, so that large ones stay large. */
function body(random: () => number, octets: number): string {
  const lines: string[] = []
  for (let have = 0; have < octets; have += 74) {
    let line = ''
    while (line.length < 72) line += randomHex(random)
    lines.push(line.slice(0, 72))
  }
  return `${lines.join('\r\n')}\r\n`
}

function randomHex(random: () => number): string {
  return Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')
}
