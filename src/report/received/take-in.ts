/**
 * Takes in what others report of us: as mail to the addresses that the policies name, and of TLS by HTTPS where a
 * policy opens it. Who vouches for it, which domain of ours it tells of and how much there is of it are asked before
 * and after it is read. RFC 8460 §5, RFC 7489 §7.2, RFC 9990.
 */
import { dayMs, type Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Authentication } from '../../mailauth/verify/types.ts'
import { findFile } from './find-file.ts'
import { perDayMax, perReporterMax } from './limits.ts'
import type { ReportReader } from './read-away.ts'
import { reporterOf, speaksFor } from './reporter-of.ts'
import { countReceived, keepReport, type ReceivedRowParts } from './rows.ts'
import { ReportFault, type ReadReport, type ReportKind } from './types.ts'

export interface TakeInParts extends ReceivedRowParts {
  readonly clock: Clock
  readonly reader: Pick<ReportReader, 'read'>
  /** Addresses whose mail is read as reports. */
  readonly addressesOf: (kind: ReportKind) => readonly string[]
  readonly isOurDomain: (domain: string) => boolean
}

export interface MailedReport {
  readonly kind: ReportKind
  readonly message: Buffer
  readonly authentication: Authentication
}

export class ReportIntake {
  readonly #parts: TakeInParts

  constructor(parts: TakeInParts) {
    this.#parts = parts
  }

  /** What is reported at an address; undefined: nothing. */
  kindAt(address: string): ReportKind | undefined {
    const lower = address.toLowerCase()
    return (['dmarc', 'tls'] as const).find((kind) =>
      this.#parts.addressesOf(kind).some((one) => one.toLowerCase() === lower),
    )
  }

  /** @throws Refusal('unauthenticated' | 'authentication-unknown' | 'refused-by-policy' | 'too-many' | 'too-busy') */
  async takeMail({ kind, message, authentication }: MailedReport): Promise<void> {
    const vouching = reporterOf(kind, authentication)
    if (vouching.kind === 'unknown') throw new Refusal('authentication-unknown', { what: 'report' })
    if (vouching.kind === 'nobody') throw new Refusal('unauthenticated', { what: 'report' })
    const { domain: reporter } = vouching
    await asRefusal(async () => {
      const file = findFile(kind, message)
      const { submitter } = file
      if (kind === 'tls' && submitter !== undefined && !isRelated(submitter, reporter))
        throw new ReportFault('other-submitter')
      if (!this.#parts.isOurDomain(file.domain)) throw new ReportFault('not-ours')
      await this.#keep(kind, file.octets, {
        reporter,
        domain: kind === 'dmarc' ? file.domain : undefined,
      })
    })
  }

  /** Of who says nothing of himself. @throws as above */
  async takePosted(octets: Buffer): Promise<void> {
    await asRefusal(() => this.#keep('tls', octets, { reporter: '', domain: undefined }))
  }

  async #keep(
    kind: ReportKind,
    octets: Buffer,
    { reporter, domain }: { readonly reporter: string; readonly domain: string | undefined },
  ): Promise<void> {
    const { clock, reader, isOurDomain } = this.#parts
    const receivedDay = Math.floor(clock.now() / dayMs)
    const { all, ofReporter } = await countReceived(this.#parts, kind, { receivedDay, reporter })
    if (all >= perDayMax || ofReporter >= perReporterMax)
      throw new Refusal('too-many', { what: 'reports' })
    const reports = await reader.read({ kind, octets, now: clock.now() })
    const ours = reports.filter((report) => isOurDomain(report.domain))
    if (ours.length === 0) throw new ReportFault('not-ours')
    if (domain !== undefined && ours.some((report) => report.domain !== domain))
      throw new ReportFault('names-differ')
    for (const report of ours)
      await keepReport(this.#parts, {
        stored: storedOf(report, reporter),
        reportId: report.reportId,
        day: Math.floor(report.to / dayMs),
        receivedDay,
      })
  }
}

function storedOf(report: ReadReport, reporter: string) {
  const { domain, organization, from, to, more, unread, told } = report
  const head = { domain, reporter, organization, from, to, more, unread }
  return told.kind === 'dmarc'
    ? { kind: told.kind, ...head, lines: [...told.lines] }
    : { kind: told.kind, ...head, lines: [...told.lines] }
}

function isRelated(a: string, b: string): boolean {
  return speaksFor(a, b) || speaksFor(b, a)
}

/** What is no report is refused, without a word of why: that is in our log. */
async function asRefusal(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ReportFault)) throw error
    throw new Refusal('refused-by-policy', { reason: `report-${error.code}` }, { cause: error })
  }
}
