/** The log: JSON lines of an event's name and allowed fields. Made on pino. */
import { type DestinationStream, pino } from 'pino'
import { isRefusal } from '../base/refusal.ts'
import { admitFields, createPseudonym, type LogFields, type Pseudonym } from './fields.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface Log {
  /** `event` is a fixed phrase of ours, never made from data. */
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** A bug or a fault of the machine, whole: name, code, stack and causes. */
  error(event: string, error: unknown, fields?: LogFields): void
  /** An expected no, with those of its facts that may be logged. */
  refused(event: string, error: unknown, fields?: LogFields): void
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log
  isDebug(): boolean
}

export interface LogOptions {
  readonly level: LogLevel
  /** Standard output when undefined. */
  readonly destination?: DestinationStream | undefined
  readonly pseudonym?: Pseudonym
}

export function createLog({ level, destination, pseudonym = createPseudonym() }: LogOptions): Log {
  const options = {
    level,
    base: { pid: process.pid },
    messageKey: 'event',
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return wrap(destination === undefined ? pino(options) : pino(options, destination), pseudonym)
}

type Pino = ReturnType<typeof pino>

function wrap(inner: Pino, pseudonym: Pseudonym): Log {
  const at = (level: 'debug' | 'info' | 'warn') => (event: string, fields?: LogFields) => {
    if (!inner.isLevelEnabled(level)) return
    inner[level](fields === undefined ? {} : admitFields(fields, pseudonym), event)
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: (event, error, fields = {}) =>
      inner.error({ ...admitFields(fields, pseudonym), error: describeError(error) }, event),
    refused: (event, error, fields = {}) => {
      if (!inner.isLevelEnabled('info')) return
      const facts = isRefusal(error) ? { ...error.facts, code: error.code } : {}
      inner.info(admitFields({ ...facts, ...fields }, pseudonym), event)
    },
    with: (fields) => wrap(inner.child(admitFields(fields, pseudonym)), pseudonym),
    isDebug: () => inner.isLevelEnabled('debug'),
  }
}

/** How deep a chain of causes is followed: it may be a ring. */
const causesMax = 4

/**
 * Only what the throwing code itself says. The driver of the database hangs rows and parameters on
 * its errors; they stay out.
 */
function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const hasCause = error.cause !== undefined && depth < causesMax
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(hasCause ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}
