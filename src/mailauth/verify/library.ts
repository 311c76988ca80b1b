/**
 * The parts of the library `mailauth` that are used, with the types it lacks for them, loaded when the
 * first message of another system comes. docs/adr/0034-judging-senders.md says why it and what of it.
 */
import type { RecordResolver } from '../../dns/record-resolver.ts'
import { isRefusal } from '../../base/refusal.ts'

/** As `dns.promises.resolve` answers: records, or an error with a code. */
export type Resolve = (name: string, type: string) => Promise<readonly unknown[]>

interface Status {
  readonly result: string
  readonly comment?: string | false
  readonly underSized?: number
}

export interface DkimRow {
  readonly id: string
  readonly signingDomain: string
  readonly selector?: string
  readonly algo?: string
  readonly signature?: string
  readonly status: Status
}

/** Opaque: given back to `arc` and `createSeal`. */
export interface ArcData {
  readonly chain: readonly ArcSet[] | false
}

export interface ArcSet {
  readonly i: number
  readonly 'arc-seal'?: { readonly parsed?: { readonly d?: { readonly value?: unknown } } }
  readonly 'arc-authentication-results'?: { readonly original?: Buffer }
}

export interface DmarcResponse {
  readonly status: Status
  readonly policy?: string
  /** This and what follows: where a record was found. */
  readonly policyDomain?: string
  readonly p?: string
  readonly sp?: string
  readonly np?: string
  readonly testMode?: boolean
  readonly alignment?: {
    readonly spf: { readonly result?: string; readonly strict: boolean }
    readonly dkim: { readonly result?: string; readonly strict: boolean }
  }
}

export interface Library {
  dkimVerify(
    message: Buffer,
    options: {
      readonly resolver: Resolve
      readonly strict: true
      readonly minBitLength: number
      readonly curTime: Date
    },
  ): Promise<{
    /** Addresses of From. */
    readonly headerFrom: readonly string[]
    readonly fromFields: number
    readonly results: readonly DkimRow[]
    readonly arc: ArcData
  }>
  spf(options: {
    readonly resolver: Resolve
    readonly sender: string
    readonly ip: string
    readonly helo: string
    readonly mta: string
    readonly strict: true
  }): Promise<{ readonly domain: string; readonly status: Status }>
  arc(
    data: ArcData,
    options: { readonly resolver: Resolve; readonly strict: true; readonly minBitLength: number },
  ): Promise<{
    readonly status: Status
    readonly authenticationResults?: unknown
  }>
  evaluateDmarc(options: {
    readonly headerFrom: readonly string[]
    readonly fromFields: number
    readonly spfDomains: readonly string[]
    readonly dkimDomains: readonly { readonly id: string; readonly domain: string }[]
    readonly resolver: Resolve
    readonly strict: true
  }): Promise<{
    readonly response: false | DmarcResponse
  }>
  createSeal(
    message: Buffer,
    data: {
      readonly seal: {
        readonly signingDomain: string
        readonly selector: string
        readonly privateKey: string
        readonly authResults: string
        readonly cv: 'none' | 'pass' | 'fail'
        readonly signTime: Date
      }
      readonly strict: true
    },
  ): Promise<{ readonly headers: readonly string[]; readonly errors?: readonly unknown[] }>
}

let loading: Promise<Library> | undefined

export function loadLibrary(): Promise<Library> {
  loading ??= load()
  return loading
}

async function load(): Promise<Library> {
  const [dkim, spf, arc, dmarc] = await Promise.all([
    importPart('dkim/verify'),
    importPart('spf/index'),
    importPart('arc/index'),
    importPart('dmarc/verify'),
  ])
  const { evaluateDmarc } = dmarc.default as unknown as Pick<Library, 'evaluateDmarc'>
  // The parts are plain CommonJS without types: what they export is asserted here and nowhere else.
  return { ...dkim.default, ...spf.default, ...arc.default, evaluateDmarc } as unknown as Library
}

async function importPart(part: string): Promise<{ readonly default: object }> {
  // CommonJS: what the file exports is the default of its module.
  return (await import(`mailauth/lib/${part}.js`)) as { readonly default: object }
}

/** Our resolver as the library asks. */
export function resolveWith(resolver: RecordResolver): Resolve {
  return async (name, type) => {
    const rows = await recordsOf(resolver, name, type)
    if (rows === undefined) throw dnsError('ENOTFOUND')
    if (rows.length === 0) throw dnsError('ENODATA')
    return rows
  }
}

async function recordsOf(
  resolver: RecordResolver,
  name: string,
  type: string,
): Promise<readonly unknown[] | undefined> {
  try {
    if (type === 'TXT') return (await resolver.records(name, 'TXT'))?.map((text) => [text])
    if (type === 'MX')
      return (await resolver.records(name, 'MX'))?.map(({ preference, host }) => ({
        priority: preference,
        exchange: host,
      }))
    if (type === 'A' || type === 'AAAA' || type === 'PTR' || type === 'CNAME')
      return await resolver.records(name, type)
  } catch (error) {
    if (isRefusal(error, 'try-again')) throw dnsError('ETIMEOUT', error)
    throw error
  }
  throw new TypeError(`no record of kind ${type} is asked for`)
}

function dnsError(code: string, cause?: unknown): Error {
  return Object.assign(new Error(code, { cause }), { code })
}
