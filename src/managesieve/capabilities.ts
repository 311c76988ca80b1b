/** What this server can, said at the greeting, after STARTTLS and when asked. RFC 5804 §1.7. */
import { redirectsMax } from '../sieve/limits.ts'
import { usualCapabilities } from '../sieve/capabilities.ts'
import type { Session } from './session.ts'
import { formatString } from './wire/format.ts'

export function capabilityLines(session: Session): string {
  const { principal, connection } = session
  const lines: (readonly string[])[] = [
    ['IMPLEMENTATION', 'Tamar'],
    ['SASL', session.mechanisms().join(' ')],
    ['SIEVE', [...usualCapabilities].join(' ')],
    ['MAXREDIRECTS', `${redirectsMax}`],
    ['UNAUTHENTICATE'],
    ['VERSION', '1.0'],
  ]
  if (connection.canUpgrade) lines.push(['STARTTLS'])
  if (principal !== undefined) lines.push(['OWNER', principal.address])
  return lines.map((words) => `${words.map(formatString).join(' ')}\r\n`).join('')
}
