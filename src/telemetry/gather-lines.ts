/**
 * Lines of the log leave together: a write for each was a twentieth of a delivery. What is a warning
 * or worse leaves at once, with all before it; a process that is killed loses the last moment of
 * the rest.
 */
import type { DestinationStream } from 'pino'
import { gatherMs, gatheredCharsMax } from './limits.ts'

/** pino's level of a warning; it sets `lastLevel` before each line where the symbol asks for it. */
const warnLevel = 40
const wantsLevel = Symbol.for('pino.metadata')

export interface Lines extends DestinationStream, Disposable {
  lastLevel: number
}

/** After its disposal lines pass straight through. */
export function gatherLines(to: Pick<DestinationStream, 'write'>): Lines {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const text = held
    held = ''
    if (text !== '') to.write(text)
  }
  process.on('exit', flush)
  const lines: Lines = {
    lastLevel: 0,
    write(line) {
      held += line
      if (isClosed || lines.lastLevel >= warnLevel || held.length >= gatheredCharsMax) flush()
      else timer ??= setTimeout(flush, gatherMs).unref()
    },
    [Symbol.dispose]() {
      isClosed = true
      process.off('exit', flush)
      flush()
    },
  }
  return Object.assign(lines, { [wantsLevel]: true })
}
