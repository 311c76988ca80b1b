/**
 * Says in the log who was enrolled and revoked. That is done by a command beside the process, on files:
 * the process compares them with what it has said so far, as it starts and every second.
 */
import { existsSync, readFileSync } from 'node:fs'
import { writeFileDurably } from '../../../net/write-file-durably.ts'
import { enrolledSchema, listEnrolled, type Enrolled } from '../enrolment.ts'
import { enrolledCheckMs } from '../limits.ts'
import type { OwnEntries } from './own-entries.ts'

export interface EnrolmentWatchOptions {
  readonly folder: string
  /** What was said so far. */
  readonly statePath: string
  readonly entries: Pick<OwnEntries, 'enrols'>
  readonly onFault: (error: unknown) => void
}

export class EnrolmentWatch implements AsyncDisposable {
  readonly #options: EnrolmentWatchOptions
  readonly #said: Map<string, Enrolled>
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined

  constructor(options: EnrolmentWatchOptions) {
    this.#options = options
    this.#said = readState(options.statePath)
    this.#timer = setInterval(() => this.#look(), enrolledCheckMs).unref()
  }

  #look(): void {
    this.#running ??= this.look()
      .catch((error: unknown) => this.#options.onFault(error))
      .finally(() => {
        this.#running = undefined
      })
  }

  async look(): Promise<void> {
    const now = new Map(listEnrolled(this.#options.folder).map((one) => [one.fingerprint, one]))
    const gone = [...this.#said.values()].filter(({ fingerprint }) => !now.has(fingerprint))
    const come = [...now.values()].filter(({ fingerprint }) => !this.#said.has(fingerprint))
    for (const one of gone) await this.#say('revoke', one)
    for (const one of come) await this.#say('enrol', one)
  }

  async #say(event: 'enrol' | 'revoke', enrolled: Enrolled): Promise<void> {
    const { entries, statePath } = this.#options
    await entries.enrols(event, enrolled)
    if (event === 'enrol') this.#said.set(enrolled.fingerprint, enrolled)
    else this.#said.delete(enrolled.fingerprint)
    await writeFileDurably(statePath, JSON.stringify([...this.#said.values()]), 0o600)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }
}

function readState(path: string): Map<string, Enrolled> {
  if (!existsSync(path)) return new Map()
  const said = enrolledSchema.array().parse(JSON.parse(readFileSync(path, 'utf8')))
  return new Map(said.map((one) => [one.fingerprint, one]))
}
