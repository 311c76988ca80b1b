/** What is told of one session with a server of another domain. RFC 8460 §4. */
import { z } from 'zod'

/** Why TLS was not what it had to be: the words of RFC 8460 §4.3. */
export const tlsFailures = [
  'starttls-not-supported',
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'validation-failure',
  'tlsa-invalid',
  'dnssec-invalid',
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
] as const
export type TlsFailure = (typeof tlsFailures)[number]

/** Stored sealed: add optional fields, never rename or remove. */
export const tlsSessionSchema = z.strictObject({
  /** What the domain asked for: by DANE, by MTA-STS, or nothing. */
  policy: z.enum(['tlsa', 'sts', 'no-policy-found']),
  /** As it was found, a line each. */
  policyLines: z.array(z.string()),
  /** Which servers it was about. */
  policyHosts: z.array(z.string()),
  /** None where there was no session to try. */
  host: z.string().optional(),
  address: z.string().optional(),
  failure: z.enum(tlsFailures).optional(),
})

export type TlsSession = z.infer<typeof tlsSessionSchema>

/** `domain`: the recipients'. */
export type NoteTlsSession = (domain: string, session: TlsSession) => void
