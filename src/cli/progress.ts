/**
 * Progress of what takes longer than two seconds: a bar where a person watches, a line now and then
 * where a log is written. Nothing at all for what is quick.
 */
import type { Writable } from 'node:stream'
import { type Clock, secondMs } from '../base/clock.ts'

export interface Progress {
  /** `total` undefined: nobody knows how much there is. */
  at(what: string, done: number, total: number | undefined): void
  /** Takes the bar away. */
  end(): void
}

export interface ProgressOptions {
  readonly stream: Writable
  readonly isWatched: boolean
  readonly clock: Clock
}

const quietMs = 2 * secondMs
const barEveryMs = 100
const lineEveryMs = 10 * secondMs
const barCharacters = 28

export function createProgress({ stream, isWatched, clock }: ProgressOptions): Progress {
  const startedAt = clock.now()
  let shownAt = startedAt + quietMs - barEveryMs
  let isShown = false
  const everyMs = isWatched ? barEveryMs : lineEveryMs
  return {
    at(what, done, total) {
      const now = clock.now()
      if (now - startedAt < quietMs || now - shownAt < (isShown ? everyMs : barEveryMs)) return
      shownAt = now
      isShown = true
      const text = describe(what, done, total)
      stream.write(isWatched ? `\r\x1b[K${bar(done, total)}${text}` : `${text}\n`)
    },
    end() {
      if (isShown && isWatched) stream.write('\r\x1b[K')
      isShown = false
    },
  }
}

function describe(what: string, done: number, total: number | undefined): string {
  return total === undefined ? `${what}: ${done}` : `${what}: ${done} of ${total}`
}

function bar(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return ''
  const filled = Math.min(barCharacters, Math.floor((done / total) * barCharacters))
  return `[${'█'.repeat(filled)}${' '.repeat(barCharacters - filled)}] `
}
