/** Tells senders what became of queued messages. RFC 3464. */
import type { Reporter } from '../queue/types.ts'
import { composeReports, isWanted } from './dsn.ts'
import type { DsnParts } from './dsn.ts'

export function createReporter({ clock, hostname }: DsnParts): Reporter {
  return {
    report: async (message, reports) => {
      const { envelope, queuedAt, expiresAt } = message
      const wanted = reports.filter((report) => isWanted(envelope, report))
      if (wanted.length === 0) return []
      const content = await message.content()
      const input = { envelope, queuedAt, expiresAt, content, reports: wanted }
      return composeReports({ clock, hostname }, input)
    },
  }
}
