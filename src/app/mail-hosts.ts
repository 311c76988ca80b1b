/** What other systems are to know of our mail servers: for the DNS, for HTTPS, for `domain check`. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { MailHosts, OwnKeys } from '../admin/domain/port.ts'
import type { StsPolicyOf } from '../http/mta-sts.ts'
import { tlsReportPath } from '../http/tls-report.ts'
import { formatStsPolicy } from '../mailauth/mta-sts.ts'
import { tlsaOf, tlsaOfFile } from '../net/tlsa.ts'
import { placesOf } from './node-certificates.ts'
import { openResolver } from './outbound.ts'
import type { Platform } from './platform.ts'

export function mailHostsOf(platform: Platform): MailHosts {
  const { config, directory } = platform
  const { hostname, outbound, postmaster } = config
  return {
    hostname,
    smartHost: outbound.kind === 'smart-host' ? outbound.host : undefined,
    resolver: openResolver(config),
    reportsTo: () => ({
      dmarc: directory.policy('inbound.dmarc-reports-to')[0] ?? postmaster,
      tls: directory.policy('inbound.tls-reports-to')[0] ?? postmaster,
      tlsUrl: directory.policy('inbound.tls-reports-by-https')
        ? `https://${hostname}${tlsReportPath}`
        : undefined,
      isRead: (address) =>
        platform.reports.kindAt(address) !== undefined &&
        directory.findAddress(address) === undefined,
    }),
    ownKeys: () => readOwnKeys(platform),
    stsPolicyOf: stsPolicyOf(platform),
  }
}

/** Of every domain that is ours the same: all of them are served by this node. */
export function stsPolicyOf({
  config,
  directory,
}: Pick<Platform, 'config' | 'directory'>): StsPolicyOf {
  return (domain) => {
    const mode = directory.policy('inbound.mta-sts')
    const isOurs = directory.departments().some(({ domains }) => domains.includes(domain))
    return isOurs && mode !== 'none' ? formatStsPolicy(mode, [config.hostname]) : undefined
  }
}

async function readOwnKeys(platform: Pick<Platform, 'config' | 'folder'>): Promise<OwnKeys> {
  const { certificate, nextKey } = placesOf(platform)
  const pem = await readFile(certificate, 'utf8')
  return {
    current: tlsaOf(pem),
    next: await tlsaOfFile(nextKey),
    isForHostname: new X509Certificate(pem).checkHost(platform.config.hostname) !== undefined,
  }
}
