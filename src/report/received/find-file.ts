/**
 * Which file of a message is the report, and whether its name or the subject says of which domain, as both
 * standards ask: RFC 7489 §7.2.1.1, RFC 9990 §3.5, RFC 8460 §5.1 and §5.3.
 */
import { parseOnce } from '../../mime/parse-once.ts'
import { findValue } from '../../mime/header.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { fileName } from '../../mime/text.ts'
import { decodeTransfer } from '../../mime/transfer.ts'
import type { Part } from '../../mime/types.ts'
import { domainOf } from './fields.ts'
import { ReportFault, type ReportKind } from './types.ts'

export interface ReportFile {
  readonly octets: Buffer
  /** Of which it is said to tell. */
  readonly domain: string
  /** `TLS-Report-Submitter`; undefined: it is not said. */
  readonly submitter: string | undefined
}

/** Whatever it is called: some give everything the same type. */
const types: Readonly<Record<ReportKind, ReadonlySet<string>>> = {
  dmarc: new Set([
    'application/gzip',
    'application/x-gzip',
    'application/zip',
    'application/x-zip-compressed',
    'application/xml',
    'text/xml',
    'application/octet-stream',
  ]),
  tls: new Set(['application/tlsrpt+gzip', 'application/tlsrpt+json']),
}

/** @throws ReportFault */
export function findFile(kind: ReportKind, message: Buffer): ReportFile {
  const whole = parseOnce(message)
  const field = (name: string) => findValue(message, whole.fields, name)
  const parts = [...leavesOf(whole)].filter((part) =>
    types[kind].has(`${part.type}/${part.subtype}`),
  )
  const [part, ...more] = parts
  if (part === undefined) throw new ReportFault('no-file')
  if (more.length > 0) throw new ReportFault('several-files')
  const domain =
    domainIn(namePattern, fileName(part)) ??
    domainIn(subjectPattern, decodeWords(field('subject') ?? '')) ??
    domainOf(field('tls-report-domain') ?? '')
  if (domain === undefined) throw new ReportFault('unnamed')
  return {
    octets: decodeTransfer(message.subarray(part.bodyStart, part.end), part.encoding),
    domain,
    submitter: domainOf(field('tls-report-submitter') ?? ''),
  }
}

function* leavesOf(part: Part): Generator<Part> {
  if (part.children.length === 0 && part.message === undefined) yield part
  for (const child of part.children) yield* leavesOf(child)
}

/** `receiver!policy-domain!begin!end!unique.xml.gz` */
const namePattern =
  /^[^!]{1,255}!([^!]{1,255})!\d{1,11}!\d{1,11}(?:![^!]{1,255})?\.(?:xml|json|zip|gz|xml\.gz|xml\.zip|json\.gz)$/i
const subjectPattern = /^\s*Report\s+Domain:\s*(\S{1,255})\s+Submitter:\s*\S.*?Report-ID:/i

function domainIn(pattern: RegExp, text: string | undefined): string | undefined {
  const [, domain] = pattern.exec(text ?? '') ?? []
  return domain === undefined ? undefined : domainOf(domain)
}
