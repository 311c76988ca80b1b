/**
 * The witness: cosigns a checkpoint after it saw that the tree only grew, and remembers it first.
 * C2SP tlog-witness, `add-checkpoint`, over TLS; whoever asks, only signed checkpoints count.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { ensureCertificates } from '../../net/certificates.ts'
import { writeFileDurably } from '../../net/write-file-durably.ts'
import { parseVerifier } from '../../tlog/note-key.ts'
import type { NoteSigner, NoteVerifier } from '../../tlog/types.ts'
import { addCheckpointOctetsMax, answerAddCheckpoint } from '../../tlog/witness.ts'
import { openSigner } from '../server/audit-folder.ts'
import { closeGraceMs } from '../server/limits.ts'
import type { WitnessCard } from '../server/witness-client.ts'
import { WitnessState } from './witness-state.ts'

export interface WitnessOptions {
  readonly data: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly hostnames: readonly string[]
  readonly name: string
  /** Files with the public keys of the logs it watches; one that is not there yet is looked for again. */
  readonly logKeyPaths: readonly string[]
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

export interface Witness extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number }
  /** What the audit process is given: where it is and who. */
  readonly cardPath: string
}

export async function openWitness(options: WitnessOptions): Promise<Witness> {
  const { data, listen, hostnames, clock } = options
  const state = await WitnessState.open(join(data, 'state'))
  const signer = await openSigner(join(data, 'witness-key'), 'witness', options.name)
  const files = await ensureCertificates({ folder: join(data, 'tls'), clock, names: hostnames })
  const asked = new Cosigning(options, state, signer)
  const server = createServer(
    {
      key: readFileSync(files.keyPath),
      cert: readFileSync(files.certificatePath),
      minVersion: 'TLSv1.3',
    },
    (request, response) => void serve(asked, options, request, response),
  )
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  // A TCP server has an address and a port.
  const { address: host, port } = server.address() as AddressInfo
  const cardPath = join(data, 'witness.json')
  const name = hostnames[0] ?? host
  const card: WitnessCard = {
    url: `https://${name}:${port}`,
    vkey: signer.verifier.vkey,
    ca: readFileSync(files.caPath, 'utf8'),
  }
  await writeFileDurably(cardPath, JSON.stringify(card), 0o644)
  await writeFileDurably(join(data, 'witness.vkey'), `${card.vkey}\n`, 0o644)
  return {
    address: { host, port },
    cardPath,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
      await closed
      clearTimeout(cut)
    },
  }
}

/** One at a time: two answers at once could sign a fork. */
class Cosigning {
  readonly #options: WitnessOptions
  readonly #state: WitnessState
  readonly #signer: NoteSigner
  readonly #logs = new Map<string, NoteVerifier>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: WitnessOptions, state: WitnessState, signer: NoteSigner) {
    this.#options = options
    this.#state = state
    this.#signer = signer
  }

  cosign(body: string): Promise<{ status: number; contentType: string; body: string }> {
    const next = this.#last.then(() => this.#answer(body))
    this.#last = next.catch(() => undefined)
    return next
  }

  async #answer(body: string) {
    const knowledge = {
      logOf: (origin: string) => this.#logOf(origin),
      latestOf: (origin: string) => this.#state.latestOf(origin),
      signer: this.#signer,
    }
    const answer = answerAddCheckpoint(body, knowledge, this.#options.clock.now())
    if (answer.remember !== undefined) await this.#state.remember(answer.remember)
    return answer
  }

  #logOf(origin: string): NoteVerifier | undefined {
    const known = this.#logs.get(origin)
    if (known !== undefined) return known
    for (const path of this.#options.logKeyPaths) {
      const verifier = readLogKey(path)
      if (verifier !== undefined) this.#logs.set(verifier.name, verifier)
    }
    return this.#logs.get(origin)
  }
}

function readLogKey(path: string): NoteVerifier | undefined {
  try {
    return parseVerifier(readFileSync(path, 'utf8').trim())
  } catch (error) {
    // The log writes its key at its first start, which may come after the witness's.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function serve(
  asked: Cosigning,
  { onFault }: WitnessOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method !== 'POST' || request.url !== '/add-checkpoint')
      return void response.writeHead(404).end()
    const body = await readBody(request)
    if (body === undefined) return void response.writeHead(413).end()
    const answer = await asked.cosign(body)
    response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body)
  } catch (error) {
    if (!request.errored) onFault(error)
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end()
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of request) {
    // No encoding is set, so chunks are Buffers.
    octets += (chunk as Buffer).length
    if (octets > addCheckpointOctetsMax) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString()
}
