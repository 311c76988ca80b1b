/** What others reported since a day, summed up by domain, by who sent or which server failed, or by who reported. */
import { summaryLinesMax, summaryReportsMax } from './limits.ts'
import { readReceived, type ReceivedRowParts, type ReportSpan } from './rows.ts'
import type { StoredReport } from './types.ts'

export const dmarcGroups = ['domain', 'source', 'reporter'] as const
export type DmarcGroup = (typeof dmarcGroups)[number]
export const tlsGroups = ['domain', 'failure', 'reporter'] as const
export type TlsGroup = (typeof tlsGroups)[number]

export interface SummaryQuestion<G> {
  readonly by: G
  /** Days since 1970, UTC. */
  readonly since: number
  readonly domain: string | undefined
  /** Lines of the answer. */
  readonly limit: number
}

export interface Summary<L> {
  readonly items: readonly L[]
  /** There is more than was looked at, or than is shown. */
  readonly isCut: boolean
}

export interface DmarcSum {
  readonly domain: string
  /** By source: the server, and domains that vouch for it. */
  readonly source: string | null
  readonly proven: readonly string[]
  readonly reporter: string | null
  reports: number
  messages: number
  /** Of these, with DMARC passed: by DKIM, by SPF, by either. */
  dkim: number
  spf: number
  passed: number
  quarantined: number
  rejected: number
  /** Of messages that were not kept line by line. */
  more: number
}

export interface TlsSum {
  readonly domain: string
  readonly policy: string | null
  /** By failure: what failed, and at which server of ours. */
  readonly result: string | null
  readonly host: string | null
  readonly reporter: string | null
  reports: number
  successful: number
  failed: number
  more: number
}

export function summariseDmarc(
  parts: ReceivedRowParts,
  question: SummaryQuestion<DmarcGroup>,
): Promise<Summary<DmarcSum>> {
  const { by } = question
  return summarise(parts, 'dmarc', question, {
    linesOf: (report) => (report.kind === 'dmarc' ? report.lines : []),
    begin: (report, line) => ({
      domain: report.domain,
      source: by === 'source' ? (line?.address ?? 'others') : null,
      proven: by === 'source' ? (line?.proven ?? []) : [],
      reporter: by === 'reporter' ? nameOfReporter(report) : null,
      reports: 0,
      messages: 0,
      dkim: 0,
      spf: 0,
      passed: 0,
      quarantined: 0,
      rejected: 0,
      more: 0,
    }),
    add: (sum, line) => {
      const { count, dkim, spf, disposition } = line
      sum.messages += count
      if (dkim === 'pass') sum.dkim += count
      if (spf === 'pass') sum.spf += count
      if (dkim === 'pass' || spf === 'pass') sum.passed += count
      if (disposition === 'quarantine') sum.quarantined += count
      if (disposition === 'reject') sum.rejected += count
    },
    weightOf: ({ messages, more }) => messages + more,
  })
}

export function summariseTls(
  parts: ReceivedRowParts,
  question: SummaryQuestion<TlsGroup>,
): Promise<Summary<TlsSum>> {
  const { by } = question
  return summarise(parts, 'tls', question, {
    linesOf: (report) => (report.kind === 'tls' ? report.lines : []),
    begin: (report, line) => ({
      domain: report.domain,
      policy: by === 'failure' ? (line?.policy ?? null) : null,
      result: by === 'failure' ? (line?.result ?? null) : null,
      host: by === 'failure' ? (line?.host ?? null) : null,
      reporter: by === 'reporter' ? nameOfReporter(report) : null,
      reports: 0,
      successful: 0,
      failed: 0,
      more: 0,
    }),
    add: (sum, line) => {
      if (line.result === '') sum.successful += line.count
      else sum.failed += line.count
    },
    // What went well has no reason.
    isLeftOut: (line) => by === 'failure' && (line === undefined || line.result === ''),
    weightOf: ({ successful, failed, more }) => successful + failed + more,
  })
}

/** Of who nobody vouches for what he says of himself is marked as that. */
function nameOfReporter({ reporter, organization }: StoredReport): string {
  return reporter === '' ? `unproven: ${organization}` : reporter
}

/** What every sum counts. */
interface Counted {
  reports: number
  more: number
}

interface Shape<S extends Counted, L> {
  readonly linesOf: (report: StoredReport) => readonly L[]
  /** Without a line: of those that were not kept one by one. */
  readonly begin: (report: StoredReport, line: L | undefined) => S
  readonly add: (sum: S, line: L) => void
  readonly isLeftOut?: (line: L | undefined) => boolean
  readonly weightOf: (sum: S) => number
}

async function summarise<S extends Counted, L>(
  parts: ReceivedRowParts,
  kind: ReportSpan['kind'],
  { since, domain, limit }: SummaryQuestion<unknown>,
  shape: Shape<S, L>,
): Promise<Summary<S>> {
  const sums = new Sums(shape)
  let seen = 0
  for await (const page of readReceived(parts, { kind, since, domain })) {
    for (const report of page) sums.add(report)
    seen += page.length
    if (seen >= summaryReportsMax) break
  }
  const all = sums.all()
  return {
    items: all.slice(0, limit),
    isCut: sums.isCut || seen >= summaryReportsMax || all.length > limit,
  }
}

class Sums<S extends Counted, L> {
  readonly #shape: Shape<S, L>
  readonly #sums = new Map<string, S>()
  isCut = false

  constructor(shape: Shape<S, L>) {
    this.#shape = shape
  }

  add(report: StoredReport): void {
    const { linesOf, add, isLeftOut = () => false } = this.#shape
    const counted = new Set<S>()
    const sumOf = (line: L | undefined): S => {
      const sum = this.#find(report, line)
      counted.add(sum)
      return sum
    }
    for (const line of linesOf(report)) if (!isLeftOut(line)) add(sumOf(line), line)
    if (report.more > 0 && !isLeftOut(undefined)) sumOf(undefined).more += report.more
    for (const sum of counted) sum.reports += 1
  }

  /** Those with most first; the same order each time. */
  all(): readonly S[] {
    const { weightOf } = this.#shape
    return [...this.#sums]
      .toSorted(([a, one], [b, other]) => weightOf(other) - weightOf(one) || (a < b ? -1 : 1))
      .map(([, sum]) => sum)
  }

  /** What begins the same is summed up together; beyond the limit it is summed up and not shown. */
  #find(report: StoredReport, line: L | undefined): S {
    const fresh = this.#shape.begin(report, line)
    const key = JSON.stringify(fresh)
    const known = this.#sums.get(key)
    if (known !== undefined) return known
    if (this.#sums.size < summaryLinesMax) this.#sums.set(key, fresh)
    else this.isCut = true
    return fresh
  }
}
