/** The cookie of a web session: for this host alone, over TLS alone, unseen by scripts and other sites. */
import { findCookie } from './cookies.ts'

/** The prefix binds it to this very host; the attributes are those of RFC 6265 §5.2. */
export const sessionCookie = '__Host-tamar'

const flags = 'Path=/; Secure; HttpOnly; SameSite=Strict'

export function findSessionToken(header: string | undefined): string | undefined {
  return findCookie(header, sessionCookie)
}

/** Without an age: it goes with the browser, and the server's limits hold before that. */
export function formatCookie(name: string, token: string, seconds?: number): string {
  return `${name}=${token}; ${flags}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`
}

export function clearCookie(name: string): string {
  return `${name}=; ${flags}; Max-Age=0`
}
