/** What is counted, told once, and to whom: on a real PostgreSQL, with two nodes at once. RFC 8460. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openTestDatabase } from '../../test/support/database.ts'
import { needs, python } from '../../test/support/needs.ts'
import { dayMs, hourMs, ManualClock } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { createKeys } from '../keys/keys.ts'
import { temporaryMaster } from '../keys/temporary-master.ts'
import type { DmarcObservation } from '../mailauth/verify/observe.ts'
import { parseMessage } from '../mime/parse.ts'
import { decodeTransfer } from '../mime/transfer.ts'
import { createQueue } from '../queue/create-queue.ts'
import type { QueueInput } from '../queue/types.ts'
import { Counter } from './counter.ts'
import { waitingBefore } from './rows.ts'
import { sendDue, type SendParts } from './send-due.ts'
import { composeDmarc, dmarcReportMail } from './dmarc/compose.ts'
import { findDmarcDestinations } from './dmarc/find-destinations.ts'
import { composeTls, tlsReportMail } from './tls/compose.ts'
import { findTlsDestinations } from './tls/find-destinations.ts'
import type { TlsSession } from './tls/types.ts'

const good: TlsSession = {
  policy: 'sts',
  policyLines: ['version: STSv1', 'mode: enforce', 'mx: mx.far.example', 'max_age: 86400'],
  policyHosts: ['mx.far.example'],
  host: 'mx.far.example',
  address: '192.0.2.1',
}
const expired: TlsSession = { ...good, failure: 'certificate-expired' }
const none: TlsSession = { policy: 'no-policy-found', policyLines: [], policyHosts: [] }

const sendTlsReports = (parts: SendParts) => sendDue(parts, 'tls', composeTls)

async function open(records: Readonly<Record<string, readonly string[]>> = {}) {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const clock = new ManualClock()
  const all = stack.use(await createKeys({ database, master, clock }))
  const keys = all.platform
  const faults: unknown[] = []
  const parts = { database, keys, clock, onFault: (error: unknown) => void faults.push(error) }
  const queued: QueueInput[] = []
  const real = createQueue({ database, keys: all, clock, random: () => 0 })
  const queue: SendParts['queue'] = {
    prepare: async (inputs) => {
      const put = await real.prepare(inputs)
      return async (tx) => {
        await put(tx)
        queued.push(...inputs)
      }
    },
  }
  const sending: SendParts = {
    ...parts,
    queue,
    contact: 'postmaster@gov.example',
    sign: async (domain) => `DKIM-Signature: d=${domain}\r\n`,
    resolver: { texts: async (name) => records[name] },
  }
  const count = async (sessions: readonly (readonly [string, TlsSession])[]) => {
    await using counter = new Counter('tls', parts)
    for (const [domain, session] of sessions) counter.note(domain, JSON.stringify(session))
  }
  const waiting = async () => (await waitingBefore(parts, 'tls', 99_999_999)).length
  const dispose = () => stack.disposeAsync()
  return {
    clock,
    database,
    sending,
    count,
    queued,
    waiting,
    real,
    faults,
    [Symbol.asyncDispose]: dispose,
  }
}

function reportIn(message: Buffer) {
  const part = parseMessage(message).children.at(-1)
  assert.ok(part)
  const octets = decodeTransfer(message.subarray(part.bodyStart, part.end), part.encoding)
  return JSON.parse(gunzipSync(octets).toString())
}

const wanted = { '_smtp._tls.far.example': ['v=TLSRPTv1; rua=mailto:tls@far.example'] }

test('a domain is told once of a day that is over, whichever nodes look, and signed', async () => {
  await using t = await open(wanted)
  const day = Math.floor(t.clock.now() / dayMs)
  for (const node of [1, 2])
    await t.count([
      ...Array.from({ length: node * 10 }, () => ['far.example', good] as const),
      ['far.example', expired],
      ['other.example', none],
    ])
  assert.equal(await sendTlsReports(t.sending), 0)
  t.clock.advance(dayMs + 5 * hourMs)
  const sent = await Promise.all([sendTlsReports(t.sending), sendTlsReports(t.sending)])
  assert.equal(sent[0] + sent[1], 1)
  assert.deepEqual([await t.waiting(), (await t.real.count()).waiting], [0, 1])
  const [input] = t.queued
  assert.deepEqual(input?.recipients, [{ forwardPath: 'tls@far.example', notify: ['never'] }])
  assert.equal(input?.envelope.reversePath, '')
  const text = input?.content.toString() ?? ''
  assert.match(text, /^DKIM-Signature: d=gov\.example\r\nFrom: <postmaster@gov\.example>\r\n/)
  assert.match(
    text,
    /\r\nTLS-Report-Domain: far\.example\r\nTLS-Report-Submitter: gov\.example\r\n/,
  )
  assert.match(text, /multipart\/report; report-type="tlsrpt"/)
  const report = reportIn(input?.content ?? Buffer.alloc(0))
  const start = new Date(day * dayMs).toISOString().slice(0, 10)
  assert.deepEqual(report['date-range'], {
    'start-datetime': `${start}T00:00:00Z`,
    'end-datetime': `${start}T23:59:59Z`,
  })
  const policy = {
    'policy-type': 'sts',
    'policy-string': good.policyLines,
    'policy-domain': 'far.example',
    'mx-host': ['mx.far.example'],
  }
  const failure = {
    'result-type': 'certificate-expired',
    'receiving-mx-hostname': 'mx.far.example',
    'receiving-ip': '192.0.2.1',
    'failed-session-count': 2,
  }
  const summary = { 'total-successful-session-count': 30, 'total-failure-session-count': 2 }
  assert.deepEqual(report.policies, [{ policy, summary, 'failure-details': [failure] }])
})

test('reports leave at different times within four hours after the day', async () => {
  const domains = Array.from({ length: 40 }, (_, at) => `d${at}.example`)
  const records = domains.map((one) => [`_smtp._tls.${one}`, ['v=TLSRPTv1;rua=mailto:a@b.example']])
  await using t = await open(Object.fromEntries(records))
  await t.count(domains.map((one) => [one, none]))
  const toMidnight = dayMs - (t.clock.now() % dayMs)
  t.clock.advance(toMidnight + 2 * hourMs)
  const early = await sendTlsReports(t.sending)
  assert.ok(early > 5 && early < 35, `${early}`)
  t.clock.advance(3 * hourMs)
  assert.equal(early + (await sendTlsReports(t.sending)), 40)
})

test('what the DNS does not say now waits, for three days and no longer', async () => {
  await using t = await open()
  const texts = async () => {
    throw new Refusal('try-again')
  }
  await t.count([['far.example', none]])
  t.clock.advance(dayMs + 5 * hourMs)
  assert.equal(await sendTlsReports({ ...t.sending, resolver: { texts } }), 0)
  assert.equal(await t.waiting(), 1)
  t.clock.advance(3 * dayMs)
  await sendTlsReports({ ...t.sending, resolver: { texts } })
  assert.deepEqual([await t.waiting(), t.queued], [0, []])
})

test('what nothing would sign is not sent', async () => {
  await using t = await open(wanted)
  await t.count([['far.example', none]])
  t.clock.advance(dayMs + 5 * hourMs)
  assert.equal(await sendTlsReports({ ...t.sending, sign: async () => '' }), 0)
  assert.deepEqual([await t.waiting(), t.queued], [0, []])
})

test('the database does not learn which domain was written to', async () => {
  await using t = await open()
  await t.count([['secret.example', { ...good, host: 'mx.secret.example' }]])
  const [row] = await t.database.rows<{ row: string }>({
    text: `SELECT encode(convert_to(report_count::text, 'UTF8'), 'escape') AS row FROM report_count`,
  })
  const hidden = Buffer.from('secret.example').toString('hex')
  assert.ok(row !== undefined && !row.row.includes('secret') && !row.row.includes(hidden))
})

test('the record names addresses; whatever else it holds leads nowhere', async () => {
  const find = (...records: string[]) =>
    findTlsDestinations({ texts: async () => records }, 'far.example')
  assert.deepEqual(await find('v=TLSRPTv1; rua=mailto:a@b.example,https://b.example/v1'), [
    'a@b.example',
  ])
  assert.deepEqual(await find('v=TLSRPTv1;rua=mailto:a%2Bt@b.example,mailto:a%2Bt@b.example;'), [
    'a+t@b.example',
  ])
  const five = Array.from({ length: 5 }, (_, at) => `mailto:a${at}@b.example`).join(',')
  assert.equal((await find(`v=TLSRPTv1; rua=${five}`)).length, 4)
  const bad = ['v=TLSRPTv2; rua=mailto:a@b.example', 'v=TLSRPTv1', 'v=TLSRPTv1; rua=mailto:a']
  for (const record of [
    ...bad,
    'v=TLSRPTv1; rua=mailto:%0d%0aBcc:x@y',
    'v=TLSRPTv1; rua=mailto:%zz',
  ])
    assert.deepEqual(await find(record), [], record)
  const good_ = 'v=TLSRPTv1; rua=mailto:a@b.example'
  assert.deepEqual(await find(good_, good_), [])
  assert.deepEqual(await find('spf', good_), ['a@b.example'])
})

test('a report that would be too large tells what happened most', () => {
  const sessions = Array.from({ length: 60_000 }, (_, at) => ({
    ...expired,
    host: createHash('sha256').update(`${at}`).digest('hex'),
    count: 60_000 - at,
  }))
  const mail = { id: 'i', day: 20_000, domain: 'far.example', sessions, at: 0, to: ['a@b.example'] }
  const ours = { organization: 'gov.example', contact: 'postmaster@gov.example' }
  const message = tlsReportMail({ ...mail, ...ours })
  assert.ok(message.length < 1_500_000)
  const details = reportIn(message).policies[0]['failure-details']
  assert.ok(details.length < 60_000)
  assert.equal(details[0]['failed-session-count'], 60_000)
})

const seen: DmarcObservation = {
  published: { p: 'reject', sp: 'reject', adkim: 'r', aspf: 's', isTesting: false },
  address: '192.0.2.7',
  disposition: 'none',
  override: 'local_policy',
  dkim: 'pass',
  spf: 'fail',
  headerFrom: 'far.example',
  envelopeFrom: 'news.far.example',
  signatures: [{ domain: 'far.example', selector: 's<1>&"', result: 'pass' }],
  spfDomain: 'news.far.example',
  spfScope: 'mfrom',
  spfResult: 'softfail',
}

test('a domain is told what became of mail in its name, in XML that another parser reads', async (t) => {
  if (!needs(t, python)) return
  await using w = await open({
    '_dmarc.far.example': ['v=DMARC1; p=reject; rua=mailto:dmarc@far.example!5m'],
  })
  {
    await using counter = new Counter('dmarc', { ...w.sending, onFault: () => undefined })
    for (let at = 0; at < 3; at++) counter.note('far.example', JSON.stringify(seen))
    const failed = { ...seen, address: '2001:db8::1', dkim: 'fail', disposition: 'reject' }
    counter.note('far.example', JSON.stringify(failed))
  }
  w.clock.advance(dayMs + 5 * hourMs)
  assert.equal(await sendDue(w.sending, 'dmarc', composeDmarc), 1)
  const [input] = w.queued
  assert.deepEqual(input?.recipients, [{ forwardPath: 'dmarc@far.example', notify: ['never'] }])
  const message = input?.content ?? Buffer.alloc(0)
  assert.match(
    message.toString(),
    /^DKIM-Signature: [^]*\r\nSubject: Report Domain: far\.example\r\n/,
  )
  const part = parseMessage(message)
  assert.equal(`${part.type}/${part.subtype}`, 'application/gzip')
  assert.match(message.toString(), /filename="gov\.example!far\.example!\d+!\d+!.+\.xml\.gz"/)
  const xml = gunzipSync(decodeTransfer(message.subarray(part.bodyStart, part.end), part.encoding))
  const flat = `
import sys, xml.etree.ElementTree as tree
def walk(at, path):
  here = path + '/' + at.tag
  if len(at) == 0: print(here + '=' + (at.text or ''))
  for one in at: walk(one, here)
for one in tree.fromstring(sys.stdin.buffer.read()): walk(one, '')
`
  const { stdout, stderr } = spawnSync(python, ['-c', flat], { input: xml, encoding: 'utf8' })
  assert.equal(stderr, '')
  const day = Math.floor(w.clock.now() / dayMs) - 1
  const ours = stdout.split('\n').filter((line) => !line.includes('report_id'))
  assert.deepEqual(ours.slice(0, 24), [
    '/version=1.0',
    '/report_metadata/org_name=gov.example',
    '/report_metadata/email=postmaster@gov.example',
    `/report_metadata/date_range/begin=${day * 86_400}`,
    `/report_metadata/date_range/end=${(day + 1) * 86_400 - 1}`,
    '/policy_published/domain=far.example',
    '/policy_published/adkim=r',
    '/policy_published/aspf=s',
    '/policy_published/p=reject',
    '/policy_published/sp=reject',
    '/policy_published/testing=n',
    '/record/row/source_ip=192.0.2.7',
    '/record/row/count=3',
    '/record/row/policy_evaluated/disposition=none',
    '/record/row/policy_evaluated/dkim=pass',
    '/record/row/policy_evaluated/spf=fail',
    '/record/row/policy_evaluated/reason/type=local_policy',
    '/record/identifiers/header_from=far.example',
    '/record/identifiers/envelope_from=news.far.example',
    '/record/auth_results/dkim/domain=far.example',
    '/record/auth_results/dkim/selector=s<1>&"',
    '/record/auth_results/dkim/result=pass',
    '/record/auth_results/spf/domain=news.far.example',
    '/record/auth_results/spf/scope=mfrom',
  ])
  assert.ok(ours.includes('/record/row/source_ip=2001:db8::1'))
})

test('nobody is sent reports who did not agree to have them', async () => {
  const find = async (records: Readonly<Record<string, string>>, domain = 'far.example') => {
    const texts = async (name: string) => {
      const text = records[name]
      return text === undefined ? undefined : [text]
    }
    return (await findDmarcDestinations({ texts }, domain)).map(({ address }) => address)
  }
  const record = (uris: string) => ({ '_dmarc.far.example': `v=DMARC1; p=none; rua=${uris}` })
  assert.deepEqual(await find(record('mailto:a@far.example,mailto:b@in.far.example')), [
    'a@far.example',
    'b@in.far.example',
  ])
  const victim = record('mailto:a@victim.example')
  assert.deepEqual(await find(victim), [])
  const agreed = { ...victim, 'far.example._report._dmarc.victim.example': 'v=DMARC1' }
  assert.deepEqual(await find(agreed), ['a@victim.example'])
  const below = { '_dmarc.in.far.example': 'v=DMARC1; p=none; rua=mailto:a@far.example' }
  assert.deepEqual(await find(below, 'in.far.example'), [])
  const above = { ...below, '_dmarc.far.example': 'v=DMARC1; p=none' }
  assert.deepEqual(await find(above, 'in.far.example'), ['a@far.example'])
  const suffix = { ...below, '_dmarc.far.example': 'v=DMARC1; p=none; psd=y' }
  assert.deepEqual(await find(suffix, 'in.far.example'), [])
  assert.deepEqual(await find(record('https://far.example/x, mailto:a@far.example!10q')), [])
})

test('a report is no larger than who gets it takes', () => {
  const observations = Array.from({ length: 1_000 }, (_, at) => ({
    ...seen,
    envelopeFrom: `${createHash('sha256').update(`${at}`).digest('hex')}.example`,
    count: 1_000 - at,
  }))
  const head = { id: 'i', day: 20_000, domain: 'far.example', at: 0, to: ['a@b.example'] }
  const ours = { organization: 'gov.example', contact: 'postmaster@gov.example' }
  const message = dmarcReportMail({ ...head, ...ours, observations, octetsMax: 14_000 })
  assert.ok(message.length < 20_000)
})

test('who makes everything different is counted up to a limit', async () => {
  await using w = await open()
  await w.count(
    Array.from({ length: 3_000 }, (_, at) => ['far.example', { ...none, host: `${at}` }]),
  )
  const rows = await w.database.row<{ n: number }>({
    text: 'SELECT count(*)::integer AS n FROM report_count',
  })
  assert.equal(rows?.n, 2_000)
})
