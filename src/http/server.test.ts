import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource, type TlsSource } from '../net/tls.ts'
import { createTelemetry, type Telemetry } from '../telemetry/create-telemetry.ts'
import { type Enrolment, type Founding, type FoundingFault, seats } from './founding/port.ts'
import { createHttpServer, type HttpServer } from './server.ts'

/** A ceremony that only remembers: the real one is tested in `app`. */
class RecordedFounding implements Founding {
  readonly enrolled: Enrolment[] = []
  readonly signed: string[] = []
  fault: FoundingFault | undefined

  async view(token: string) {
    if (token !== 'right') return undefined
    const isFull = this.enrolled.length === seats.length
    return {
      stage: isFull ? ('signing' as const) : ('enrolling' as const),
      seats: seats.map((seat) => {
        const founder = this.enrolled.find((one) => one.seat === seat)
        return { seat, name: founder?.nameEn, signInName: founder?.signInName, hasSigned: false }
      }),
      statement: isFull ? 'We found <this>.' : undefined,
    }
  }

  async enrol(_token: string, enrolment: Enrolment) {
    if (this.fault === undefined) this.enrolled.push(enrolment)
    return this.fault
  }

  async sign(_token: string, signInName: string) {
    this.signed.push(signInName)
    return this.fault
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tamar-http-'))
const lines: string[] = []
let ca = ''
let tls: TlsSource
let telemetry: Telemetry
let founding = new RecordedFounding()
let server: HttpServer
let databaseFault: Error | undefined
let mayRead = true

before(async () => {
  const files = await ensureCertificates({ folder, clock: systemClock })
  ca = readFileSync(files.caPath, 'utf8')
  tls = createTlsSource({ ...files, clock: systemClock })
  telemetry = createTelemetry({ level: 'info', destination: { write: (l) => void lines.push(l) } })
  server = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    tls,
    telemetry,
    stsPolicyOf: (domain) => (domain === 'td.example' ? 'version: STSv1\r\n' : undefined),
    checks: {
      database: async () => {
        if (databaseFault !== undefined) throw databaseFault
      },
      keys: async () => {},
    },
    settings: { hostname: 'mail.gov.example', imaps: 993, submissions: 465, submission: undefined },
    mayReadMetrics: () => mayRead,
    readMetrics: () => telemetry.metrics.registry.metrics(),
    founding: {
      view: (token) => founding.view(token),
      enrol: (token, enrolment) => founding.enrol(token, enrolment),
      sign: (token, name) => founding.sign(token, name),
    },
  })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  tls[Symbol.dispose]()
  telemetry[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

function ask(path: string, form?: Record<string, string>, headers = {}): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const call = request(
    {
      host: '127.0.0.1',
      port: server.address.port,
      path,
      ca,
      agent: false,
      servername: 'localhost',
      method: form === undefined ? 'GET' : 'POST',
      headers: { ...(form === undefined ? {} : type), ...headers },
    },
    (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        answer.resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    },
  )
  call.on('error', answer.reject)
  call.end(form === undefined ? undefined : new URLSearchParams(form).toString())
  return answer.promise
}

function csrfOf(page: string): string {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

describe('the HTTPS door', () => {
  it('tells other systems what a domain of ours says of its mail servers, and nobody else', async () => {
    const path = '/.well-known/mta-sts.txt'
    const ours = await ask(path, undefined, { host: 'mta-sts.TD.example:443' })
    assert.deepEqual([ours.status, ours.text], [200, 'version: STSv1\r\n'])
    assert.match(ours.headers['content-type'] ?? '', /^text\/plain/)
    for (const host of ['mta-sts.else.example', 'td.example', 'localhost'])
      assert.equal((await ask(path, undefined, { host })).status, 404, host)
  })

  it('is live, and ready when every check passes', async () => {
    assert.equal((await ask('/health/live')).text, '{"status":"live"}')
    const { status, text } = await ask('/health/ready')
    assert.deepEqual(
      [status, JSON.parse(text)],
      [200, { status: 'ready', checks: { database: 'ok', keys: 'ok' } }],
    )
  })

  it('is not ready when a check fails, and does not say why to strangers', async () => {
    databaseFault = new Refusal('try-again', {}, { cause: new Error('10.1.2.3 is down') })
    const { status, text } = await ask('/health/ready')
    databaseFault = undefined
    assert.equal(status, 503)
    assert.match(text, /"database":"failed"/)
    assert.doesNotMatch(text, /10\.1/)
    assert.match(lines.join(), /readiness check failed/)
  })

  it('says that there is no page in the form that was asked for', async () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const page = await ask('/nowhere', undefined, { accept: browser })
    assert.deepEqual([page.status, page.headers['content-type']], [404, 'text/html; charset=utf-8'])
    assert.match(page.text, /<h1>Not found <span lang="zh-Hant">找不到網頁<\/span><\/h1>/)
    for (const accept of ['application/json', '*/*', 'text/html;q=0', undefined]) {
      const headers = accept === undefined ? {} : { accept }
      const { status, text } = await ask('/nowhere', undefined, headers)
      assert.deepEqual([status, JSON.parse(text)], [404, { title: 'Not found', status: 404 }])
    }
  })

  it('shows its metrics only to those who may read them', async () => {
    assert.match((await ask('/metrics')).text, /^tamar_event_loop_delay_seconds/m)
    mayRead = false
    const { status } = await ask('/metrics')
    mayRead = true
    assert.equal(status, 404)
  })

  it('says on its front page what a mail program needs', async () => {
    const { text, headers } = await ask('/')
    assert.match(text, /mail\.gov\.example<\/td>\s*<td>993<\/td>\s*<td>SSL\/TLS/)
    assert.match(text, /電郵平台/)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.match(headers['strict-transport-security'] ?? '', /max-age=\d+/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal((await ask('/style.css')).status, 200)
  })

  it('answers what it does not have with a problem and no cause', async () => {
    const { status, text, headers } = await ask('/etc/passwd')
    assert.equal(status, 404)
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
    assert.deepEqual(JSON.parse(text), { title: 'Not found', status: 404 })
  })
})

describe('the founding page', () => {
  const form = {
    act: 'enrol',
    token: 'right',
    seat: 'auditor',
    nameEn: '<b>Au Yeung</b>',
    nameZh: '歐陽',
    signInName: ' Auditor.One ',
    passphrase: 'correct horse battery',
    passphraseAgain: 'correct horse battery',
  }

  it('is not shown without the right link', async () => {
    assert.equal((await ask('/found')).status, 404)
    assert.equal((await ask('/found?token=wrong')).status, 404)
  })

  it('enrols a founder from a plain form and shows him, escaped', async () => {
    founding = new RecordedFounding()
    const page = await ask('/found?token=right')
    assert.match(page.text, /<form method="post"/)
    assert.doesNotMatch(page.text, /<script/)
    const { status, text } = await ask('/found', { ...form, csrf: csrfOf(page.text) })
    assert.equal(status, 200)
    assert.equal(founding.enrolled[0]?.signInName, 'auditor.one')
    assert.match(text, /&lt;b&gt;Au Yeung/)
    assert.doesNotMatch(text, /value="auditor"/)
    assert.doesNotMatch(text, /correct horse/)
  })

  it('refuses a form without our mark, and one a browser says is from elsewhere', async () => {
    founding = new RecordedFounding()
    assert.equal((await ask('/found', { ...form, csrf: 'x' })).status, 404)
    const csrf = csrfOf((await ask('/found?token=right')).text)
    const elsewhere = { 'sec-fetch-site': 'cross-site' }
    assert.equal((await ask('/found', { ...form, csrf }, elsewhere)).status, 404)
    assert.equal(founding.enrolled.length, 0)
  })

  it('says what was wrong, in both languages, and keeps what was typed', async () => {
    founding = new RecordedFounding()
    const csrf = csrfOf((await ask('/found?token=right')).text)
    const differing = { ...form, csrf, passphraseAgain: 'another' }
    const { status, text } = await ask('/found', differing)
    assert.equal(status, 422)
    assert.match(text, /role="alert">\s*The two passphrases differ.*兩次/)
    assert.match(text, /value="歐陽"/)
    assert.equal(founding.enrolled.length, 0)
  })

  it('offers the statement to sign once all four are enrolled', async () => {
    founding = new RecordedFounding()
    for (const seat of seats)
      await founding.enrol('right', { ...form, seat, nameEn: seat, signInName: seat })
    const page = await ask('/found?token=right')
    assert.match(page.text, /We found &lt;this&gt;\./)
    const csrf = csrfOf(page.text)
    await ask('/found', { act: 'sign', token: 'right', csrf, signInName: 'a', passphrase: 'b' })
    assert.deepEqual(founding.signed, ['a'])
  })
})
