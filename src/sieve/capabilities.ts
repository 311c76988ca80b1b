/** What a script may `require`. RFC 5228 §2.10.5 and the extensions' own documents. */

export const capabilities = [
  'body', // RFC 5173
  'comparator-i;ascii-casemap',
  'comparator-i;ascii-numeric',
  'comparator-i;octet',
  'copy', // RFC 3894
  'date', // RFC 5260
  'duplicate', // RFC 7352
  'editheader', // RFC 5293
  'encoded-character', // RFC 5228 §2.4.2.4
  'envelope',
  'ereject', // RFC 5429
  'fileinto',
  'imap4flags', // RFC 5232
  'include', // RFC 6609
  'index', // RFC 5260 §6
  'mailbox', // RFC 5490
  'reject', // RFC 5429
  'relational', // RFC 5231
  'special-use', // RFC 8579
  'subaddress', // RFC 5233
  'vacation', // RFC 5230
  'vacation-seconds', // RFC 6131
  'variables', // RFC 5229
] as const

export type Capability = (typeof capabilities)[number]

const known: ReadonlySet<string> = new Set(capabilities)

export function isCapability(name: string): name is Capability {
  return known.has(name)
}

/** Changing what was received falsifies a record, so it is off unless policy lets it. */
export const usualCapabilities: ReadonlySet<Capability> = new Set(
  capabilities.filter((name) => name !== 'editheader'),
)
