/** What other systems are to know of our mail servers: for the DNS, for HTTPS, for `domain check`. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailHosts, OwnKeys } from '../admin/ports.ts'
import type { StsPolicyOf } from '../http/mta-sts.ts'
import { formatStsPolicy } from '../mailauth/mta-sts.ts'
import { tlsaOf, tlsaOfFile } from '../net/tlsa.ts'
import type { Config } from './config.ts'
import { openResolver } from './outbound.ts'
import type { Platform } from './platform.ts'

export function mailHostsOf(platform: Platform): MailHosts {
  const { config, folder } = platform
  const { hostname, outbound, postmaster } = config
  return {
    hostname,
    smartHost: outbound.kind === 'smart-host' ? outbound.host : undefined,
    resolver: openResolver(config),
    reportsTo: postmaster,
    ownKeys: () => readOwnKeys(config, folder.certificates),
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

async function readOwnKeys({ tls, hostname }: Config, folder: string): Promise<OwnKeys> {
  const pem = await readFile(tls?.certificate ?? join(folder, 'server.pem'), 'utf8')
  const nextPath = tls === undefined ? join(folder, 'next-key.pem') : tls.nextKey
  return {
    current: tlsaOf(pem),
    next: nextPath === undefined ? undefined : await tlsaOfFile(nextPath),
    isForHostname: new X509Certificate(pem).checkHost(hostname) !== undefined,
  }
}
