/** What a witness remembers of each log: the newest checkpoint it cosigned, one small file each. */
import { hash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileDurably } from '../../net/write-file-durably.ts'
import type { Checkpoint } from '../../tlog/types.ts'

const stateSchema = z.strictObject({ origin: z.string(), size: z.number(), root: z.base64() })

export class WitnessState {
  readonly #folder: string
  readonly #latest = new Map<string, Checkpoint>()

  private constructor(folder: string) {
    this.#folder = folder
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.json')) continue
      const read = stateSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
      this.#latest.set(read.origin, { ...read, root: Buffer.from(read.root, 'base64') })
    }
  }

  static async open(folder: string): Promise<WitnessState> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new WitnessState(folder)
  }

  latestOf(origin: string): Checkpoint | undefined {
    return this.#latest.get(origin)
  }

  /** Durable when it resolves: only then may a signature leave. */
  async remember(checkpoint: Checkpoint): Promise<void> {
    const { origin, size, root } = checkpoint
    const content = JSON.stringify({ origin, size, root: root.toString('base64') })
    const file = `${hash('sha256', origin, 'hex').slice(0, 32)}.json`
    await writeFileDurably(join(this.#folder, file), content, 0o600)
    this.#latest.set(origin, checkpoint)
  }
}
