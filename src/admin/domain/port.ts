/** What the verbs of domains stand on: how mail comes and goes, for DNS. */
import type { MailResolver } from '../../dns/types.ts'

export interface MailHosts {
  readonly hostname: string
  /** What leaves goes through it. */
  readonly smartHost: string | undefined
  readonly resolver: DomainResolver
  /** Where the reports of other systems go, as it is now. */
  readonly reportsTo: () => ReportPlaces
  /** As they are now: certificates change without a restart. */
  readonly ownKeys: () => Promise<OwnKeys>
  /** What the domain says over HTTPS of its servers; undefined: nothing. */
  readonly stsPolicyOf: (domain: string) => string | undefined
}

export interface ReportPlaces {
  readonly dmarc: string | undefined
  readonly tls: string | undefined
  /** Undefined: none is taken by HTTPS. */
  readonly tlsUrl: string | undefined
  /** Whether what comes to an address is read as reports, and not somebody’s mail. */
  readonly isRead: (address: string) => boolean
}

export type DomainResolver = Pick<MailResolver, 'mailExchanges' | 'addresses' | 'tlsa' | 'texts'>

/** The keys of this node's certificates as TLSA records. */
export interface OwnKeys {
  readonly current: string
  readonly next: string | undefined
  /** The certificate in use is for the node's name. */
  readonly isForHostname: boolean
}
