/** A domain in the DNS as it should be, and each fault with the name of its test. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameServer, type Zone } from '../../../test/support/name-server.ts'
import { createResolver } from '../../dns/create-resolver.ts'
import { formatStsPolicy, formatStsRecord } from '../../mailauth/mta-sts.ts'
import { parseStsPolicy, parseStsRecord } from '../../smtp/outbound/mta-sts/parse.ts'
import { checkDomain } from './check-domain.ts'
import { dnsRecords } from './dns-records.ts'
import { lookUpDomain } from './look-up-domain.ts'

const hash = (letter: string) => letter.repeat(64)
const domain = 'td.example'
const hosts = {
  hostname: 'mx.td.example',
  smartHost: undefined,
}
const reportsTo = {
  dmarc: 'dmarc-reports@gov.example',
  tls: 'tls-reports@td.example',
  tlsUrl: 'https://mx.td.example/reports/tls',
  isRead: (address: string) => address.startsWith('dmarc-'),
}
const ours = { current: `3 1 1 ${hash('a')}`, next: `3 1 1 ${hash('b')}`, isForHostname: true }
const key = {
  selector: 's1',
  algorithm: 'ed25519-sha256',
  record: 'v=DKIM1; k=ed25519; p=AA==',
  state: 'signing',
  until: undefined,
} as const
const stsPolicy = formatStsPolicy('enforce', [hosts.hostname])

/** What `dnsRecords` says to publish, published; addresses are not its matter. */
function published(): Record<string, Zone> {
  const zones: Record<string, Zone> = { [hosts.hostname]: { a: ['192.0.2.1'] } }
  const wish = { domain, hosts, reportsTo, keys: [key], ours, stsPolicy }
  for (const { name, type, value } of dnsRecords(wish).records) {
    const zone = zones[name] ?? {}
    if (type === 'TXT') zones[name] = { ...zone, txt: [...(zone.txt ?? []), value] }
    const [first = '', selector, matching, data = ''] = value.split(' ')
    if (type === 'MX') zones[name] = { ...zone, mx: [[Number(first), hosts.hostname]] }
    if (type !== 'TLSA') continue
    const record = [
      Number(first),
      Number(selector),
      Number(matching),
      Buffer.from(data, 'hex'),
    ] as const
    zones[name] = { ...zone, tlsa: [...(zone.tlsa ?? []), record] }
  }
  return zones
}

async function faultsOf(zones: Record<string, Zone>, isSigned = true): Promise<readonly string[]> {
  const signed = Object.entries(zones).map(([name, zone]) => [name, { ...zone, isSigned }])
  await using server = await NameServer.start(Object.fromEntries(signed))
  const resolver = createResolver([server.address])
  const wantedSts = formatStsRecord(stsPolicy)
  const look = { resolver, domain, hosts, keys: [key], ours, wantedSts }
  const checks = checkDomain(await lookUpDomain(look))
  return checks.filter(({ result }) => result === 'bad').map(({ test: name }) => name)
}

test('what is said to publish is good when it is published, but for what it cannot know', async () => {
  assert.deepEqual(await faultsOf(published()), ['IPv6 addresses for mail servers'])
  assert.equal(parseStsPolicy(stsPolicy)?.mode, 'enforce')
  assert.notEqual(parseStsRecord([formatStsRecord(stsPolicy)]), undefined)
})

test('each fault has the name of its test', async () => {
  const zones = published()
  const without = (name: string) =>
    Object.fromEntries(Object.entries(zones).filter(([each]) => each !== name))
  const v6 = 'IPv6 addresses for mail servers'
  assert.deepEqual(await faultsOf(without(`_dmarc.${domain}`)), [
    v6,
    'DMARC existence',
    'DMARC policy',
  ])
  const weak = { ...zones, [`_dmarc.${domain}`]: { txt: ['v=DMARC1; p=none'] } }
  assert.deepEqual(await faultsOf(weak), [v6, 'DMARC policy'])
  assert.deepEqual(await faultsOf(without(`_25._tcp.${hosts.hostname}`)), [
    v6,
    'DANE existence',
    'DANE validity',
    'DANE rollover scheme',
  ])
  assert.deepEqual(await faultsOf(without(`_mta-sts.${domain}`)), [v6, 'MTA-STS record'])
  assert.deepEqual(await faultsOf(without(`_smtp._tls.${domain}`)), [v6, 'TLS-RPT record'])
  const open = { ...zones, [domain]: { ...zones[domain], txt: ['v=spf1 mx +all', 'v=spf1 -all'] } }
  assert.deepEqual(await faultsOf(open), [v6, 'SPF existence', 'SPF policy'])
  const unsigned = await faultsOf(zones, false)
  assert.ok(unsigned.includes('DNSSEC existence (email address domain)'))
  assert.ok(unsigned.includes('DANE existence'))
})
