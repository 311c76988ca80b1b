/** The doors log `(facts, message)` as pino does; our log admits fields by a list. This joins them. */
import type { Log } from '../telemetry/log.ts'
import type { LogFields } from '../telemetry/fields.ts'

export interface DoorLog {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export function doorLog(log: Log, door: string): DoorLog {
  const named = log.with({ door })
  // Whatever is not on the list of fields is dropped by the log itself, so any facts may be offered.
  const fields = (facts: object) => facts as LogFields
  const errorOf = (facts: object) => ('err' in facts ? facts.err : undefined)
  return {
    debug: (facts, message) => named.debug(message, fields(facts)),
    info: (facts, message) => named.info(message, fields(facts)),
    warn: (facts, message) => named.warn(message, fields(facts)),
    error: (facts, message) => named.error(message, errorOf(facts), fields(facts)),
  }
}
