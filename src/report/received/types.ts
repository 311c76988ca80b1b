/** What other systems report of us, as it is kept: counts, domains and servers' addresses; nobody's own. */
import { z } from 'zod'
import type { Millis } from '../../base/clock.ts'
import { nameMax } from './limits.ts'

export const reportKinds = ['dmarc', 'tls'] as const
export type ReportKind = (typeof reportKinds)[number]

const name = z.string().max(nameMax)
const count = z.int().min(0)

/** Stored sealed: add optional fields, never rename or remove. */
export const dmarcLineSchema = z.strictObject({
  /** Of the server that sent. */
  address: name,
  /** The author's domain. */
  headerFrom: name,
  disposition: z.enum(['none', 'quarantine', 'reject']),
  dkim: z.enum(['pass', 'fail']),
  spf: z.enum(['pass', 'fail']),
  /** Why it was not what the record asked for; empty: it was. */
  override: name,
  /** Domains that signed well or whose SPF record allows the server: who it really is. */
  proven: z.array(name),
  count,
})
export type DmarcLine = z.infer<typeof dmarcLineSchema>

/** Stored sealed, as above. */
export const tlsLineSchema = z.strictObject({
  policy: z.enum(['tlsa', 'sts', 'no-policy-found']),
  /** RFC 8460 §4.3; empty: sessions that went well. */
  result: name,
  /** Which server of ours. */
  host: name,
  count,
})
export type TlsLine = z.infer<typeof tlsLineSchema>

const head = {
  domain: name,
  /** Who vouches for it, by signature; empty: nobody does (HTTPS). */
  reporter: name,
  /** What it calls itself. */
  organization: name,
  from: z.int(),
  to: z.int(),
  /** Of lines that were not kept, and of those that could not be read. */
  more: count,
  unread: count,
}

export const storedReportSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dmarc'), ...head, lines: z.array(dmarcLineSchema) }),
  z.strictObject({ kind: z.literal('tls'), ...head, lines: z.array(tlsLineSchema) }),
])
export type StoredReport = z.infer<typeof storedReportSchema>

/** One domain's part of what a file says, as the reading thread gives it. */
export interface ReadReport {
  readonly reportId: string
  readonly organization: string
  readonly domain: string
  readonly from: Millis
  readonly to: Millis
  readonly more: number
  readonly unread: number
  readonly told:
    | { readonly kind: 'dmarc'; readonly lines: readonly DmarcLine[] }
    | { readonly kind: 'tls'; readonly lines: readonly TlsLine[] }
}

/** Why a file is no report: for our log, never for its sender. */
export type ReportFaultCode =
  | 'too-large'
  | 'unpacked-too-large'
  | 'not-unpacked'
  | 'many-files'
  | 'locked'
  | 'empty'
  | 'document-type'
  | 'not-well-formed'
  | 'not-xml'
  | 'other-root'
  | 'other-days'
  | 'not-aggregate'
  | 'no-domain'
  | 'no-record'
  | 'not-tls'
  | 'too-much'
  | 'not-json'
  | 'too-slow'
  | 'too-much-memory'
  | 'no-file'
  | 'several-files'
  | 'unnamed'
  | 'other-submitter'
  | 'not-ours'
  | 'names-differ'

export class ReportFault extends Error {
  override readonly name = 'ReportFault'
  readonly code: ReportFaultCode

  constructor(code: ReportFaultCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
