/**
 * Debian's OpenDMARC beside us: the same messages and records, the same findings of SPF and DKIM, and its word about
 * DMARC against ours. Where the two differ is named with the reason.
 */
import { spawn } from 'node:child_process'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { showToMilter, type MilterAnswer, type ShownMessage } from '../../../test/support/milter.ts'
import { needs } from '../../../test/support/needs.ts'
import { makeThrowaway } from '../../../test/support/throwaway.ts'
import { until } from '../../../test/support/until.ts'
import { makeDkimSecret, openDkimSecret, recordOf, type DkimKey } from '../dkim/key.ts'
import { signMessage } from '../dkim/sign.ts'
import { createAuthenticator } from './authenticate.ts'
import type { Authentication } from './types.ts'

const authservId = 'mx.example'
const at = Date.UTC(2026, 0, 6)
const suffixes = '/usr/share/publicsuffix/public_suffix_list.dat'

interface Case {
  /** Of the record at `_dmarc`, by domain. */
  readonly records: Readonly<Record<string, string>>
  /** Whole; `wong@example.org` otherwise. */
  readonly from?: string
  readonly reversePath?: string
  /** Its address is in the SPF record of this domain. */
  readonly sentBy?: string
  readonly signedBy?: string
  readonly expected: string
  /** What OpenDMARC says instead, and why. */
  readonly differs?: readonly [said: string, why: string]
}

const reject = { 'example.org': 'v=DMARC1; p=reject' }
const strict = { 'example.org': 'v=DMARC1; p=reject; adkim=s; aspf=s' }
/** It takes what is below the author’s domain for the same. */
const strictIsExact = 'RFC 7489 §3.1: strict is an exact match'
const below = 'Wong <wong@news.example.org>'

const cases: Readonly<Record<string, Case>> = {
  'signed by the author’s domain': {
    records: reject,
    signedBy: 'example.org',
    expected: 'pass reject',
  },
  'sent by the author’s domain': {
    records: reject,
    sentBy: 'example.org',
    expected: 'pass reject',
  },
  'sent from below it': {
    records: reject,
    reversePath: 'b@bounce.example.org',
    sentBy: 'bounce.example.org',
    expected: 'pass reject',
  },
  'signed from below it': {
    records: reject,
    signedBy: 'news.example.org',
    expected: 'pass reject',
  },
  'by nobody': { records: reject, expected: 'fail reject' },
  'signed by somebody else': {
    records: reject,
    signedBy: 'example.net',
    expected: 'fail reject',
  },
  'sent by somebody else, well': {
    records: reject,
    reversePath: 'x@example.net',
    sentBy: 'example.net',
    expected: 'fail reject',
  },
  'a neighbour whose name only ends the same': {
    records: reject,
    signedBy: 'notexample.org',
    expected: 'fail reject',
  },
  'strict, signed by itself': { records: strict, signedBy: 'example.org', expected: 'pass reject' },
  'strict, signed from above': {
    records: strict,
    from: below,
    signedBy: 'example.org',
    expected: 'fail reject',
  },
  'strict, sent from below': {
    records: strict,
    reversePath: 'b@bounce.example.org',
    sentBy: 'bounce.example.org',
    expected: 'fail reject',
    differs: ['pass reject', strictIsExact],
  },
  'strict, signed from below': {
    records: strict,
    signedBy: 'news.example.org',
    expected: 'fail reject',
    differs: ['pass reject', strictIsExact],
  },
  quarantine: {
    records: { 'example.org': 'v=DMARC1; p=quarantine' },
    expected: 'fail quarantine',
  },
  'no wish': { records: { 'example.org': 'v=DMARC1; p=none' }, expected: 'fail none' },
  'a subdomain inherits': { records: reject, from: below, expected: 'fail reject' },
  'a subdomain has its own share': {
    records: { 'example.org': 'v=DMARC1; p=reject; sp=quarantine' },
    from: below,
    expected: 'fail quarantine',
  },
  'the share of subdomains is not the domain’s': {
    records: { 'example.org': 'v=DMARC1; p=quarantine; sp=none' },
    expected: 'fail quarantine',
  },
  'a subdomain has its own record': {
    records: { ...reject, 'news.example.org': 'v=DMARC1; p=none' },
    from: below,
    expected: 'fail none',
  },
  'a subdomain signed from above': {
    records: reject,
    from: below,
    signedBy: 'example.org',
    expected: 'pass reject',
  },
  'no record': { records: {}, signedBy: 'example.org', expected: 'none' },
  'another version': {
    records: { 'example.org': 'v=DMARC2; p=reject' },
    expected: 'none',
    differs: ['permerror', 'RFC 7489 §6.6.3: a record of another version is none of DMARC'],
  },
  'capitals in the author’s domain': {
    records: reject,
    from: 'WONG@EXAMPLE.ORG',
    signedBy: 'example.org',
    expected: 'pass reject',
  },
  'a name that holds an address': {
    records: reject,
    from: '"wong@example.org" <x@example.net>',
    signedBy: 'example.net',
    expected: 'none',
  },
  'white space in the record': {
    records: { 'example.org': 'v = DMARC1 ;  p = reject ; adkim = r' },
    expected: 'fail reject',
  },
  'tags nobody knows': {
    records: { 'example.org': 'v=DMARC1; p=reject; x=y; fo=1' },
    expected: 'fail reject',
  },
  'the null reverse-path, with a name that may': {
    records: reject,
    reversePath: '',
    sentBy: 'example.org',
    expected: 'pass reject',
    differs: ['fail reject', 'RFC 7489 §3.1.2: HELO stands for the null reverse-path'],
  },
  testing: {
    records: { 'example.org': 'v=DMARC1; p=reject; t=y' },
    expected: 'fail quarantine',
    differs: ['fail reject', 'RFC 9989 §4.7: t=y asks for one step less; it is younger'],
  },
  'a share of the mail': {
    records: { 'example.org': 'v=DMARC1; p=reject; pct=0' },
    expected: 'fail reject',
  },
  'a subdomain that is not there': {
    records: { 'example.org': 'v=DMARC1; p=quarantine; np=reject' },
    from: 'x@nowhere.example.org',
    expected: 'fail reject',
    differs: ['fail quarantine', 'RFC 9989 §4.7: np= is younger'],
  },
  'no policy, but somebody to tell': {
    records: { 'example.org': 'v=DMARC1; rua=mailto:a@example.org' },
    expected: 'fail none',
    differs: ['permerror', 'RFC 7489 §6.6.3: with rua= it counts as p=none'],
  },
  'a policy nobody knows, but somebody to tell': {
    records: { 'example.org': 'v=DMARC1; p=destroy; rua=mailto:a@example.org' },
    expected: 'fail none',
    differs: ['permerror', 'RFC 7489 §6.6.3: with rua= it counts as p=none'],
  },
}

const keys = new Map<string, DkimKey>()
before(async () => {
  for (const domain of ['example.org', 'news.example.org', 'example.net', 'notexample.org']) {
    const privateKey = openDkimSecret(await makeDkimSecret('rsa-sha256'))
    keys.set(domain, { domain, selector: 's1', algorithm: 'rsa-sha256', privateKey })
  }
})

function zonesOf({ records, sentBy }: Case): FakeRecords {
  return new FakeRecords({
    'news.example.org': { A: ['192.0.2.2'] },
    ...Object.fromEntries(
      Object.entries(records).map(([domain, text]) => [`_dmarc.${domain}`, { TXT: [text] }]),
    ),
    ...Object.fromEntries(
      [...keys.values()].map((key) => [`s1._domainkey.${key.domain}`, { TXT: [recordOf(key)] }]),
    ),
    ...(sentBy !== undefined && { [sentBy]: { TXT: ['v=spf1 ip4:192.0.2.7 -all'] } }),
  })
}

async function messageOf({ from = 'wong@example.org', signedBy }: Case): Promise<Buffer> {
  const plain = Buffer.from(
    `From: ${from}\r\nTo: amy@td.example\r\nSubject: Minutes\r\n` +
      'Date: Tue, 06 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n',
  )
  const key = signedBy === undefined ? undefined : keys.get(signedBy)
  if (key === undefined) return plain
  return Buffer.concat([Buffer.from(await signMessage(plain, [key], at)), plain])
}

function envelopeOf({ reversePath = 'wong@example.org', sentBy = 'mail.example.org' }: Case) {
  const forwardPath = 'amy@td.example'
  return { remoteAddress: '192.0.2.7', heloName: sentBy, reversePath, forwardPath }
}

function ask(one: Case, message: Buffer): Promise<Authentication> {
  const resolver = zonesOf(one)
  const authenticate = createAuthenticator({ resolver, authservId, trustedSealers: [] })
  return authenticate({ ...envelopeOf(one), message, at })
}

/** SPF and DKIM as they were found; DMARC is the question. RFC 8601 §2.2 */
function findingsOf({ spf, dkim }: Authentication): string {
  const signatures = dkim.map(({ result, domain }) => `; dkim=${result} header.d=${domain}`)
  const path = `; spf=${spf.result} smtp.${spf.identity}=${spf.domain}`
  return `Authentication-Results: ${authservId}${path}${signatures.join('')}\r\n`
}

/** It runs for one message, with that message's DNS as a file, as a filter beside a mail server. */
async function openDmarc(folder: string, one: Case, shown: ShownMessage): Promise<string> {
  const at = (name: string) => join(folder, name)
  const records = Object.entries(one.records).map(([domain, text]) => `_dmarc.${domain} ${text}\n`)
  writeFileSync(at('dns'), records.join(''))
  const settings = {
    AuthservID: authservId,
    TrustedAuthservIDs: authservId,
    TestDNSData: at('dns'),
    PublicSuffixList: suffixes,
    RejectFailures: 'true',
    HoldQuarantinedMessages: 'true',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  writeFileSync(at('config'), lines.join(''))
  const args = ['-f', '-c', at('config'), '-p', `local:${at('socket')}`]
  const filter = spawn('opendmarc', args, { stdio: 'inherit' })
  try {
    const answer = await until('opendmarc listens', 10_000, () =>
      existsSync(at('socket')) ? tryToShow(at('socket'), shown) : Promise.resolve(undefined),
    )
    const { verdict, quarantine, fields } = answer
    if (/^550 .*rejected by DMARC policy/.test(verdict)) return 'fail reject'
    const [, value = ''] = fields.find(([name]) => name === 'Authentication-Results') ?? []
    const [, result, policy] = /dmarc=(\w+)(?: \(p=(\w+) dis=\w+\))?/.exec(value) ?? []
    assert.ok(result !== undefined, `${verdict} ${quarantine} ${JSON.stringify(fields)}`)
    return result === 'none' || policy === undefined ? result : `${result} ${policy}`
  } finally {
    filter.kill('SIGKILL')
    await once(filter, 'exit')
    rmSync(at('socket'), { force: true })
  }
}

/** Undefined: its socket is there and nobody listens yet. */
async function tryToShow(path: string, shown: ShownMessage): Promise<MilterAnswer | undefined> {
  try {
    return await showToMilter(path, shown)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return undefined
    throw error
  }
}

test('OpenDMARC says the same of the same messages, but for what is named with its reason', async (t) => {
  if (!needs(t, 'opendmarc')) return
  const folder = makeThrowaway('tamar-test-')
  try {
    for (const [name, one] of Object.entries(cases)) {
      const message = await messageOf(one)
      const found = await ask(one, message)
      const { result, policy } = found.dmarc
      const ours = result === 'none' ? result : `${result} ${policy}`
      assert.equal(ours, one.expected, `${name}: we`)
      const whole = Buffer.concat([Buffer.from(findingsOf(found)), message])
      const theirs = await openDmarc(folder, one, { ...envelopeOf(one), message: whole })
      assert.equal(
        theirs,
        one.differs?.[0] ?? one.expected,
        `${name}: OpenDMARC; ${one.differs?.[1] ?? ''}`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
