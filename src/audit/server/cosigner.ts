/**
 * Asks the witnesses to cosign the newest checkpoint and publishes it once enough of them have. Heads
 * are also written to a second place, as lines of a file that is only ever added to.
 * C2SP tlog-witness.
 */
import { appendFile, readFile } from 'node:fs/promises'
import type { Clock, Millis } from '../../base/clock.ts'
import { addCosignatures, openCheckpoint } from '../../tlog/checkpoint.ts'
import { parseVerifier } from '../../tlog/note-key.ts'
import { formatAddCheckpoint } from '../../tlog/witness.ts'
import type { LogStore, NoteVerifier } from '../../tlog/types.ts'
import { alarmRepeatMs, cosignEveryMs } from './limits.ts'
import { parseWitnessCard, postToWitness } from './witness-client.ts'
import type { WitnessCard } from './witness-client.ts'

export interface CosignerOptions {
  readonly log: LogStore
  readonly verifier: NoteVerifier
  /** Files that witnesses wrote about themselves; read when they are there. */
  readonly cardPaths: readonly string[]
  /** How many of them must have signed before a checkpoint is published. */
  readonly quorum: number
  /** Where heads are written besides. */
  readonly headsPath: string | undefined
  readonly clock: Clock
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

interface Witness {
  readonly card: WitnessCard
  readonly verifier: NoteVerifier
  /** What it holds of this log, as far as we know. */
  size: number
}

export class Cosigner implements AsyncDisposable {
  readonly #options: CosignerOptions
  readonly #witnesses = new Map<string, Witness>()
  readonly #timer: NodeJS.Timeout
  #round: Promise<void> | undefined
  #publishedSize = -1
  #alarmedAt: Millis = -Infinity

  constructor(options: CosignerOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.cosign(), cosignEveryMs)
  }

  /** Size of the tree under the newest checkpoint that has its witnesses. */
  get publishedSize(): number {
    return this.#publishedSize
  }

  /** One round at a time. Never rejects: what went wrong is an alarm. */
  cosign(): Promise<void> {
    this.#round ??= this.#cosign()
      .catch((error: unknown) => this.#alarm('cosigning failed', { error }))
      .finally(() => {
        this.#round = undefined
      })
    return this.#round
  }

  async #cosign(): Promise<void> {
    const { log, verifier, quorum } = this.#options
    if (this.#publishedSize < 0) this.#publishedSize = this.#sizeOfPublished()
    const { checkpoint, size } = log
    if (size <= this.#publishedSize) return
    await this.#readCards()
    const witnesses = [...this.#witnesses.values()]
    const lines = await Promise.all(witnesses.map((each) => this.#ask(each, checkpoint, size)))
    const note = addCosignatures(
      checkpoint,
      lines.join(''),
      witnesses.map((each) => each.verifier),
    )
    const verifiers = witnesses.map((each) => each.verifier)
    const seen = openCheckpoint(note, verifier, verifiers).witnesses.length
    if (seen < quorum) return this.#alarm('witnesses are missing', { seen, quorum })
    await log.publish(note)
    this.#publishedSize = size
    await this.#keepHead(note)
  }

  #sizeOfPublished(): number {
    const { log, verifier } = this.#options
    return log.published === undefined ? -1 : openCheckpoint(log.published, verifier).size
  }

  async #readCards(): Promise<void> {
    for (const path of this.#options.cardPaths) {
      if (this.#witnesses.has(path)) continue
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const card = parseWitnessCard(text)
      this.#witnesses.set(path, { card, verifier: parseVerifier(card.vkey), size: 0 })
    }
  }

  /** Its lines; nothing when it did not sign. */
  async #ask(witness: Witness, note: string, size: number): Promise<string> {
    const { log } = this.#options
    try {
      for (let tries = 0; tries < 2; tries++) {
        const proof = await log.consistencyProof(witness.size, size)
        const body = formatAddCheckpoint({ oldSize: witness.size, proof, note })
        const answer = await postToWitness(witness.card, body)
        if (answer.status === 200) {
          witness.size = size
          return answer.body
        }
        const held = answer.status === 409 ? Number(answer.body) : NaN
        if (!Number.isSafeInteger(held) || held > size || held === witness.size) {
          this.#alarm('a witness refused', { status: answer.status, what: answer.body.trim() })
          return ''
        }
        witness.size = held
      }
      return ''
    } catch (error) {
      this.#alarm('a witness cannot be reached', { error })
      // It may start again under another address: its card is read anew.
      this.#forget(witness)
      return ''
    }
  }

  #forget(witness: Witness): void {
    for (const [path, each] of this.#witnesses) if (each === witness) this.#witnesses.delete(path)
  }

  async #keepHead(note: string): Promise<void> {
    const { headsPath } = this.#options
    if (headsPath !== undefined) await appendFile(headsPath, `${note}\n`)
  }

  #alarm(what: string, facts: Readonly<Record<string, unknown>>): void {
    const now = this.#options.clock.now()
    if (now < this.#alarmedAt + alarmRepeatMs) return
    this.#alarmedAt = now
    this.#options.onAlarm(what, facts)
  }

  /** Asks a last time, so that what was sealed is published too. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#round
    await this.cosign()
  }
}
