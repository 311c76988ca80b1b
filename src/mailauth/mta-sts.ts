/** What we say to other systems of our own mail servers, over HTTPS and in the DNS. RFC 8461 §3. */
import { hash } from 'node:crypto'

export type StsMode = 'none' | 'testing' | 'enforce'

/** RFC 8461 §3.2: long enough that who keeps others from us gains nothing. */
const policyAgeSeconds = 604_800

export function formatStsPolicy(mode: StsMode, hosts: readonly string[]): string {
  const lines = ['version: STSv1', `mode: ${mode}`, ...hosts.map((host) => `mx: ${host}`)]
  return [...lines, `max_age: ${policyAgeSeconds}`, ''].join('\r\n')
}

/** Another policy has another id: others fetch it then. RFC 8461 §3.1 */
export function formatStsRecord(policy: string): string {
  return `v=STSv1; id=${hash('sha256', policy).slice(0, 32)};`
}
