/** What others report is read, kept and summed up, and what only looks like it is not: on a real PostgreSQL. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openTestDatabase } from '../../../test/support/database.ts'
import { dkimpy, needsDkimpy } from '../../../test/support/dkimpy.ts'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { makeZip } from '../../../test/support/make-zip.ts'
import {
  googleDmarc,
  googleTls,
  microsoftDmarc,
  reportMail,
} from '../../../test/support/report-mail.ts'
import { dayMs, ManualClock } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { makeDkimSecret, openDkimSecret, recordOf, type DkimKey } from '../../mailauth/dkim/key.ts'
import { signMessage } from '../../mailauth/dkim/sign.ts'
import type { DmarcObservation } from '../../mailauth/verify/observe.ts'
import { createAuthenticator } from '../../mailauth/verify/authenticate.ts'
import { dmarcReportMail } from '../dmarc/compose.ts'
import { tlsReportMail } from '../tls/compose.ts'
import { keptDays, perReporterMax, unpackedOctetsMax } from './limits.ts'
import { ReportReader } from './read-away.ts'
import { expireReceived } from './rows.ts'
import { summariseDmarc, summariseTls } from './summarise.ts'
import { ReportIntake } from './take-in.ts'
import type { ReportKind } from './types.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))
const [dmarcAt, tlsAt] = ['dmarc-reports@td.example', 'tls-reports@td.example']

const published = ['google.com', 'microsoft.com', 'far.example', 'evil.example']
const keys = new Map<string, DkimKey>()
before(async () => {
  for (const domain of [...published, 'silent.example']) {
    const privateKey = openDkimSecret(await makeDkimSecret('rsa-sha256'))
    keys.set(domain, { domain, selector: 's1', algorithm: 'rsa-sha256', privateKey })
  }
})

function keyOf(domain: string): DkimKey {
  const found = keys.get(domain)
  assert.ok(found !== undefined, domain)
  return found
}

async function open() {
  const stack = new AsyncDisposableStack()
  const { database, owner } = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const clock = new ManualClock(Date.UTC(2026, 0, 6, 1))
  const sealing = stack.use(await createKeys({ database, master, clock })).platform
  const reader = new ReportReader()
  const rows = { database, keys: sealing }
  const intake = new ReportIntake({
    ...rows,
    clock,
    reader,
    addressesOf: (kind) => (kind === 'dmarc' ? [dmarcAt] : [tlsAt]),
    isOurDomain: (domain) => domain === 'td.example' || domain === 'dh.example',
  })
  const records = published.map(
    (domain) => [`s1._domainkey.${domain}`, { TXT: [recordOf(keyOf(domain))] }] as const,
  )
  const resolver = new FakeRecords({
    ...Object.fromEntries(records),
    'far.example': { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
    's1._domainkey.silent.example': { silent: ['TXT'] },
  })
  const authenticate = createAuthenticator({ resolver, authservId: 'mx', trustedSealers: [] })
  const take = async (kind: ReportKind, message: Buffer, signer?: string) => {
    const signature =
      signer === undefined ? '' : await signMessage(message, [keyOf(signer)], clock.now())
    const whole = Buffer.concat([Buffer.from(signature), message])
    const authentication = await authenticate({
      remoteAddress: '192.0.2.7',
      heloName: 'mx.far.example',
      reversePath: '',
      message: whole,
      at: clock.now(),
    })
    return intake.takeMail({ kind, message: whole, authentication })
  }
  const asked = { since: 0, domain: undefined, limit: 100 }
  return {
    clock,
    database,
    owner,
    intake,
    take,
    count: async () => (await owner.rows({ text: 'SELECT key FROM received_report' })).length,
    dmarc: async (by: 'domain' | 'source' | 'reporter', more: object = {}) =>
      (await summariseDmarc(rows, { ...asked, by, ...more })).items,
    tls: async (by: 'domain' | 'failure' | 'reporter', more: object = {}) =>
      (await summariseTls(rows, { ...asked, by, ...more })).items,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Why it was not taken: what our log says. */
async function fault(work: Promise<void>): Promise<string> {
  try {
    await work
    return 'taken'
  } catch (error) {
    assert.ok(isRefusal(error), String(error))
    return `${error.code} ${String(error.facts['reason'] ?? '')}`.trim()
  }
}

test('reports of DMARC in the shapes of those who send most of them are summed up', async () => {
  await using t = await open()
  await t.take('dmarc', googleDmarc(fixture('google.xml'), dmarcAt), 'google.com')
  await t.take('dmarc', microsoftDmarc(fixture('microsoft.xml'), dmarcAt), 'microsoft.com')
  const openDmarc = reportMail({
    from: 'postmaster@far.example',
    to: dmarcAt,
    type: 'application/zip',
    name: 'far.example!td.example!1767574800!1767661199.zip',
    octets: makeZip([
      {
        name: 'far.example!td.example!1767574800!1767661199.xml',
        content: fixture('opendmarc.xml'),
      },
    ]),
  })
  await t.take('dmarc', openDmarc, 'far.example')
  const newer = reportMail({
    from: 'report_sender@far.example',
    to: dmarcAt,
    subject: 'Report Domain: td.example Submitter: far.example Report-ID: <3v98>',
    type: 'text/xml',
    name: 'report.xml',
    octets: fixture('rfc9990.xml'),
  })
  await t.take('dmarc', newer, 'far.example')

  const [all, ...more] = await t.dmarc('domain')
  assert.deepEqual(more, [])
  const none = { source: null, proven: [], reporter: null, more: 0 }
  const counts = { messages: 137, passed: 130, dkim: 130, spf: 120, quarantined: 0, rejected: 7 }
  assert.deepEqual(all, { domain: 'td.example', ...none, reports: 4, ...counts })
  const bySource = await t.dmarc('source')
  assert.deepEqual(
    bySource.map(({ source, proven, messages, passed }) => [source, proven, messages, passed]),
    [
      ['192.0.2.10', ['td.example'], 130, 130],
      ['2001:db8::25', ['bulk.evil.example'], 7, 0],
    ],
  )
  const byReporter = await t.dmarc('reporter')
  assert.deepEqual(
    byReporter.map(({ reporter, reports, messages }) => [reporter, reports, messages]),
    [
      ['google.com', 1, 127],
      ['far.example', 2, 7],
      ['microsoft.com', 1, 3],
    ],
  )
})

test('reports of TLS are summed up, each domain of ours by itself', async () => {
  await using t = await open()
  await t.take('tls', googleTls(fixture('google-tls.json'), tlsAt), 'google.com')
  const microsoft = googleTls(fixture('microsoft-tls.json'), tlsAt, {
    from: 'tlsrpt-noreply@microsoft.com',
    fields: ['TLS-Report-Domain: td.example', 'TLS-Report-Submitter: microsoft.com'],
    type: 'application/tlsrpt+json',
    name: 'microsoft.com!td.example!1767571200!1767657599!134121600000000000.json',
    octets: fixture('microsoft-tls.json'),
  })
  await t.take('tls', microsoft, 'microsoft.com')
  const sums = (await t.tls('domain')).map(({ domain, reports, successful, failed }) => [
    domain,
    reports,
    successful,
    failed,
  ])
  assert.deepEqual(sums, [
    ['td.example', 2, 352, 3],
    ['dh.example', 1, 4, 1],
  ])
  assert.deepEqual(
    (await t.tls('failure')).map(({ domain, result, host, failed }) => [
      domain,
      result,
      host,
      failed,
    ]),
    [
      ['td.example', 'certificate-expired', 'mx.td.example', 2],
      ['dh.example', 'sts-policy-fetch-error', '', 1],
      ['td.example', 'unexplained', '', 1],
    ],
  )
  assert.deepEqual(
    (await t.tls('reporter', { domain: 'dh.example' })).map(({ reporter }) => reporter),
    ['microsoft.com'],
  )
})

test('what we tell others of ourselves is read by them, if they are built like this', async () => {
  await using t = await open()
  const head = {
    id: 'r1',
    day: Math.floor(t.clock.now() / dayMs) - 1,
    domain: 'td.example',
    organization: 'far.example',
    contact: 'postmaster@far.example',
    at: t.clock.now(),
  }
  const observation: DmarcObservation & { readonly count: number } = {
    published: { p: 'reject', sp: 'reject', adkim: 'r', aspf: 'r', isTesting: false },
    address: '192.0.2.9',
    disposition: 'reject',
    dkim: 'fail',
    spf: 'fail',
    headerFrom: 'td.example',
    envelopeFrom: 'evil.example',
    signatures: [],
    spfDomain: 'evil.example',
    spfScope: 'mfrom',
    spfResult: 'pass',
    count: 11,
  }
  const observations = [observation]
  await t.take(
    'dmarc',
    dmarcReportMail({ ...head, to: [dmarcAt], octetsMax: 100_000, observations }),
    'far.example',
  )
  const session = { policy: 'sts' as const, policyLines: ['mode: enforce'], policyHosts: [] }
  const sessions = [
    { ...session, count: 5 },
    { ...session, host: 'mx.td.example', failure: 'certificate-expired' as const, count: 2 },
  ]
  await t.take('tls', tlsReportMail({ ...head, to: [tlsAt], sessions }), 'far.example')
  assert.deepEqual(
    (await t.dmarc('source')).map(({ source, messages, rejected }) => [source, messages, rejected]),
    [['192.0.2.9', 11, 11]],
  )
  assert.deepEqual(
    (await t.tls('domain')).map(({ successful, failed }) => [successful, failed]),
    [[5, 2]],
  )
})

test('a report of TLS that nobody signed, or another, is not read', async (test_) => {
  await using t = await open()
  const mail = googleTls(fixture('google-tls.json'), tlsAt)
  assert.equal(await fault(t.take('tls', mail)), 'unauthenticated')
  assert.equal(await fault(t.take('tls', mail, 'evil.example')), 'unauthenticated')
  const claims = googleTls(fixture('google-tls.json'), tlsAt, { from: 'x@far.example' })
  assert.equal(
    await fault(t.take('tls', claims, 'far.example')),
    'refused-by-policy report-other-submitter',
  )
  const below = googleTls(fixture('google-tls.json'), tlsAt, {
    from: 'x@mail.far.example',
    fields: ['TLS-Report-Submitter: far.example'],
  })
  assert.equal(await fault(t.take('tls', below, 'far.example')), 'taken')
  if (needsDkimpy(test_)) {
    // A signature over a part of the body does not count: RFC 8460 §5.3.
    const partly = dkimpy('sign', { message: mail, key: keyOf('google.com'), length: true })
    const longer = Buffer.concat([partly, Buffer.from('and more\r\n')])
    assert.equal(await fault(t.take('tls', longer)), 'unauthenticated')
    const wholly = dkimpy('sign', { message: mail, key: keyOf('google.com') })
    assert.equal(await fault(t.take('tls', wholly)), 'taken')
  }
})

test('a report of DMARC needs an author who is proven; what DNS does not say now comes again', async () => {
  await using t = await open()
  const mail = googleDmarc(fixture('google.xml'), dmarcAt)
  assert.equal(await fault(t.take('dmarc', mail)), 'unauthenticated')
  assert.equal(await fault(t.take('dmarc', mail, 'evil.example')), 'unauthenticated')
  assert.equal(await fault(t.take('dmarc', mail, 'silent.example')), 'authentication-unknown')
  assert.equal(await t.count(), 0)
})

test('one that comes twice is there once', async () => {
  await using t = await open()
  for (let times = 0; times < 3; times++)
    await t.take('dmarc', googleDmarc(fixture('google.xml'), dmarcAt), 'google.com')
  assert.equal(await t.count(), 1)
})

test('hostile files are refused, quickly, and the next one is read', async () => {
  await using t = await open()
  const xml = fixture('google.xml').toString()
  const mailOf = (octets: Buffer, type = 'application/gzip') =>
    reportMail({
      from: 'x@google.com',
      to: dmarcAt,
      type,
      name: 'google.com!td.example!1767571200!1767657599.xml.gz',
      octets,
    })
  const zipped = (text: string) => mailOf(gzipSync(text))
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '))
  const record = /<record>[^]*?<\/record>/.exec(xml)?.[0] ?? ''
  const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`
  const billion = [
    '<!DOCTYPE feedback [<!ENTITY a "lol">',
    ...Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at} "${'&a;'.repeat(10)}">`),
    ']>',
  ].join('')
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['a gzip bomb', mailOf(bomb), 'not-unpacked'],
    [
      'a ZIP bomb',
      mailOf(makeZip([{ name: 'a.xml', content: Buffer.alloc(unpackedOctetsMax + 1) }])),
      'unpacked-too-large',
    ],
    [
      'a ZIP that lies',
      mailOf(makeZip([{ name: 'a.xml', content: Buffer.alloc(20_000_000), claims: 10 }])),
      'not-unpacked',
    ],
    [
      'a locked ZIP',
      mailOf(makeZip([{ name: 'a.xml', content: xml, isEncrypted: true }])),
      'locked',
    ],
    ['an empty ZIP', mailOf(makeZip([])), 'empty'],
    [
      'folders',
      mailOf(makeZip(Array.from({ length: 9 }, (_, at) => ({ name: `${at}/`, content: '' })))),
      'many-files',
    ],
    ['half a gzip', mailOf(gzipSync(xml).subarray(0, 300)), 'not-unpacked'],
    ['entities', zipped(xml.replace('<feedback>', `${billion}<feedback>`)), 'document-type'],
    [
      'an entity outside',
      zipped(`<!DOCTYPE a SYSTEM "file:///etc/passwd">${xml.slice(xml.indexOf('<feedback'))}`),
      'document-type',
    ],
    [
      'a parameter entity in UTF-16',
      mailOf(
        gzipSync(
          Buffer.from(
            `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]>${xml}`,
            'utf16le',
          ),
        ),
      ),
      'not-well-formed',
    ],
    ['depth', zipped(xml.replace('<record>', `${nested(100_000)}<record>`)), 'not-xml'],
    ['no end', zipped(xml.replace('</feedback>', '')), 'not-well-formed'],
    ['another root', zipped('<html/>'), 'other-root'],
    ['two roots', zipped(`${xml}<feedback/>`), 'not-aggregate'],
    ['a prototype', zipped(xml.replace('<record>', '<__proto__>1</__proto__><record>')), 'not-xml'],
    ['nothing', zipped(''), 'not-well-formed'],
    ['no record', zipped(xml.replaceAll(/<record>[^]*<\/record>/g, '')), 'no-record'],
    [
      'another’s mail',
      zipped(xml.replaceAll(/<header_from>.*?</g, '<header_from>bank.example<')),
      'no-record',
    ],
    ['next year', zipped(xml.replaceAll('17676575', '17996575')), 'other-days'],
    ['long ago', zipped(xml.replaceAll('1767', '1757')), 'other-days'],
    [
      'no address',
      zipped(xml.replaceAll(/<source_ip>.*?</g, '<source_ip>wong@td.example<')),
      'no-record',
    ],
    [
      'endless counts',
      zipped(xml.replaceAll(/<count>.*?</g, `<count>${'9'.repeat(400)}<`)),
      'no-record',
    ],
    [
      'too many',
      zipped(
        xml.replace('</feedback>', `${record.replaceAll(/\s+/g, '').repeat(30_000)}</feedback>`),
      ),
      'not-unpacked',
    ],
    [
      'another domain',
      zipped(
        xml
          .replace('<domain>td.example', '<domain>dh.example')
          .replaceAll('td.example', 'dh.example'),
      ),
      'names-differ',
    ],
    ['a domain that is not ours', zipped(xml.replaceAll('td.example', 'bank.example')), 'not-ours'],
    ['a program', mailOf(Buffer.from('MZ'), 'application/x-dosexec'), 'no-file'],
  ]
  for (const [what, mail, expected] of cases) {
    const began = performance.now()
    assert.equal(
      await fault(t.take('dmarc', mail, 'google.com')),
      `refused-by-policy report-${expected}`,
      what,
    )
    assert.ok(performance.now() - began < 20_000, `${what} took ${performance.now() - began} ms`)
  }
  assert.equal(await t.count(), 0)
  await t.take('dmarc', googleDmarc(fixture('google.xml'), dmarcAt), 'google.com')
  assert.equal(await t.count(), 1)
})

test('JSON that is none of a report is refused', async () => {
  await using t = await open()
  const json = fixture('google-tls.json').toString()
  const cases: readonly (readonly [string, string])[] = [
    ['', 'not-json'],
    ['['.repeat(1_000_000), 'not-json'],
    ['{}', 'not-tls'],
    [json.replace('"sts"', '"ours"'), 'not-tls'],
    [json.replace('340', '-1'), 'not-tls'],
    [json.replace('340', '1e400'), 'not-tls'],
    [json.replaceAll('2026-01-05', '2027-01-05'), 'other-days'],
    [json.replace('T00:00:00Z"', 'Tsoon"'), 'not-tls'],
    [json.replaceAll('td.example', 'bank.example'), 'not-ours'],
    [json.replace('"policies":[', `"policies":[${'{},'.repeat(2_000)}`), 'not-tls'],
    [
      json.replaceAll('"policy-domain":"td.example"', '"policy-domain":"wong@td.example"'),
      'no-domain',
    ],
  ]
  for (const [text, expected] of cases)
    assert.equal(
      await fault(t.take('tls', googleTls(Buffer.from(text), tlsAt), 'google.com')),
      `refused-by-policy report-${expected}`,
      text.slice(0, 80),
    )
  assert.equal(await t.count(), 0)
})

test('neither a name nor a subject of a report: it is not even unpacked', async () => {
  await using t = await open()
  const mail = reportMail({
    from: 'x@google.com',
    to: dmarcAt,
    subject: 'Your invoice',
    type: 'application/zip',
    name: 'invoice.zip',
    octets: Buffer.from('PK'),
  })
  assert.equal(await fault(t.take('dmarc', mail, 'google.com')), 'refused-by-policy report-unnamed')
})

test('what is posted by nobody in particular is taken, and marked as that', async () => {
  await using t = await open()
  await t.intake.takePosted(gzipSync(fixture('google-tls.json')))
  await t.intake.takePosted(fixture('microsoft-tls.json'))
  assert.equal(
    await fault(t.intake.takePosted(Buffer.from('x'))),
    'refused-by-policy report-not-json',
  )
  assert.deepEqual(
    (await t.tls('reporter', { domain: 'td.example' })).map(({ reporter }) => reporter),
    ['unproven: Google Inc.', 'unproven: Microsoft Corporation'],
  )
  // Whoever comes first with the name of another’s report does not keep it out.
  const forged = fixture('google-tls.json').toString().replace('340', '341')
  await t.intake.takePosted(Buffer.from(forged))
  assert.equal((await t.tls('domain', { domain: 'td.example' }))[0]?.reports, 3)
})

test('who holds the database reads no domain and no server in it, and nobody’s address is kept at all', async () => {
  await using t = await open()
  await t.take('dmarc', microsoftDmarc(fixture('microsoft.xml'), dmarcAt), 'microsoft.com')
  const rows = await t.owner.rows<{ row: string }>({
    text: `SELECT encode(convert_to(received_report::text, 'UTF8'), 'escape') AS row FROM received_report`,
  })
  assert.equal(rows.length, 1)
  assert.doesNotMatch(JSON.stringify(rows), /td\.|microsoft|outlook|192\.0/)
  for (const sum of [await t.dmarc('source'), await t.dmarc('reporter')])
    assert.doesNotMatch(JSON.stringify(sum), /wong|recipient|dmarcreport@/)
})

test('one reporter fills no table, and what is old goes', async () => {
  await using t = await open()
  await t.owner.transaction(async (tx) => {
    await tx.execute({
      text: `INSERT INTO received_report (bucket, key, kind, day, received_day, domain_key, reporter_key, sealed)
        SELECT n % 16, sha256(n::text::bytea), 'dmarc', $1, $1, sha256('d'), sha256('other'), 'x'
        FROM generate_series(1, 10) AS n`,
      values: [Math.floor(t.clock.now() / dayMs)],
    })
  })
  await expireReceived(t.database, Math.floor(t.clock.now() / dayMs))
  assert.equal(await t.count(), 10)
  await expireReceived(t.database, Math.floor(t.clock.now() / dayMs) + 1)
  assert.equal(await t.count(), 0)
  await t.take('dmarc', googleDmarc(fixture('google.xml'), dmarcAt), 'google.com')
  await t.owner.transaction(async (tx) => {
    await tx.execute({
      text: `INSERT INTO received_report (bucket, key, kind, day, received_day, domain_key, reporter_key, sealed)
        SELECT n % 16, sha256(n::text::bytea), r.kind, r.day, r.received_day, r.domain_key, r.reporter_key, r.sealed
        FROM received_report AS r, generate_series(1, $1) AS n`,
      values: [perReporterMax],
    })
  })
  const mail = googleDmarc(fixture('google.xml'), dmarcAt)
  assert.equal(await fault(t.take('dmarc', mail, 'google.com')), 'too-many')
  assert.equal(
    await fault(
      t.take('dmarc', microsoftDmarc(fixture('microsoft.xml'), dmarcAt), 'microsoft.com'),
    ),
    'taken',
  )
  t.clock.advance(dayMs)
  assert.equal(await fault(t.take('dmarc', mail, 'google.com')), 'taken')
  assert.ok(keptDays > 365)
})
