/**
 * The mail programs that may ask people to let them in: known ones, without a secret, since a program
 * on a person's machine can keep none (RFC 8252 §8.4). Nobody registers by himself.
 */
export interface KnownProgram {
  readonly id: string
  readonly name: string
  /** Exactly these; of a loopback one the port is the program's own affair (RFC 8252 §7.3). */
  readonly redirects: readonly string[]
}

const loopback = ['http://127.0.0.1', 'http://[::1]', 'http://localhost']

export const knownPrograms: readonly KnownProgram[] = [
  { id: 'thunderbird', name: 'Thunderbird', redirects: [...loopback, 'https://localhost'] },
  { id: 'desktop', name: 'A mail program on this computer', redirects: loopback },
]

/** May a code be sent there? */
export function isRedirectOf({ redirects }: KnownProgram, uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined || url.hash !== '' || url.username !== '' || url.password !== '')
    return false
  return redirects.some((known) => {
    if (known === uri) return true
    const { protocol, hostname } = new URL(known)
    return loopback.includes(known) && url.protocol === protocol && url.hostname === hostname
  })
}
