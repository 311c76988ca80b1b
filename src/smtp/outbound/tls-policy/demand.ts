/** What a session must have before a message goes over it. */
import type { TlsaRecord } from '../../../dns/types.ts'

export type TlsDemand =
  /** Encrypted where the server can, in clear where it cannot. RFC 7435. */
  | { readonly kind: 'opportunistic' }
  /** Only after the encrypted way failed, and only where nothing asks for more. */
  | { readonly kind: 'clear' }
  /** Encrypted; who is there cannot be told (RFC 7672 §2.2: records that nobody can use). */
  | { readonly kind: 'encrypted' }
  /** A certificate that is trusted for the name. */
  | { readonly kind: 'trusted' }
  /** What the DNS says that the certificate is. RFC 7672. */
  | { readonly kind: 'dane'; readonly records: readonly TlsaRecord[]; readonly base: string }

export type { TlsFailure } from '../../../report/tls/types.ts'
