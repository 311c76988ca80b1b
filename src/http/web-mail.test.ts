import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { addSecurityHeaders } from './security-headers.ts'
import { addWebMail, pagePolicy, workerPolicy } from './web-mail.ts'

const folder = mkdtempSync(join(tmpdir(), 'tamar-web-'))
after(() => rmSync(folder, { recursive: true, force: true }))
mkdirSync(join(folder, 'assets'))
const script = 'console.log("hello")'
writeFileSync(join(folder, 'index.html'), '<!doctype html>')
writeFileSync(join(folder, 'message-frame.html'), '<!doctype html><body>')
writeFileSync(join(folder, '.built-from'), 'digest')
writeFileSync(join(folder, 'shell-worker.js'), 'onfetch = null')
writeFileSync(join(folder, 'manifest.en.webmanifest'), '{}')
writeFileSync(join(folder, 'assets', 'main-abc.js'), script)
writeFileSync(join(folder, 'assets', 'main-abc.js.br'), brotliCompressSync(script))
writeFileSync(join(folder, 'assets', 'main-abc.js.gz'), gzipSync(script))

function serve(from: string) {
  const app = fastify()
  addSecurityHeaders(app, 'localhost')
  addWebMail(app, from)
  return (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
}

describe('the web mail’s files', () => {
  const ask = serve(folder)

  it('are the page at every address of a screen, with a policy without anything inline', async () => {
    for (const url of ['/mail/', '/mail/a/1/2?q=x']) {
      const { statusCode, headers } = await ask(url)
      assert.equal(statusCode, 200)
      assert.equal(headers['content-security-policy'], pagePolicy)
      assert.equal(headers['cache-control'], 'no-cache')
      assert.equal(headers['x-frame-options'], 'DENY')
    }
    assert.doesNotMatch(pagePolicy, /unsafe/)
    assert.equal((await ask('/mail')).headers.location, '/mail/')
  })

  it('with a hash in their name never change, compressed as the browser takes them', async () => {
    const url = '/mail/assets/main-abc.js'
    for (const [accepted, coding] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['', undefined],
    ] as const) {
      const { headers } = await ask(url, { 'accept-encoding': accepted })
      assert.equal(headers['content-encoding'], coding, accepted)
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
      assert.equal(headers['vary'], 'accept-encoding')
    }
    assert.equal((await ask(url)).body, script)
  })

  it('are not sent again to who has them', async () => {
    const first = await ask('/mail/assets/main-abc.js', { 'accept-encoding': 'br' })
    const etag = String(first.headers.etag)
    const again = { 'accept-encoding': 'br', 'if-none-match': `"other", W/${etag}` }
    assert.equal((await ask('/mail/assets/main-abc.js', again)).statusCode, 304)
    const plain = { 'if-none-match': etag }
    assert.equal((await ask('/mail/assets/main-abc.js', plain)).statusCode, 200)
  })

  it('that are not there are not there, and nothing beside the folder is', async () => {
    assert.equal((await ask('/mail/assets/main-old.js')).statusCode, 404)
    for (const url of ['/mail/.built-from', '/mail/..%2fpackage.json', '/mail/%2e%2e/package.json'])
      assert.doesNotMatch((await ask(url)).body, /digest|"name"/, url)
  })

  it('let a worker fetch from us and do nothing else, and never give out an old one', async () => {
    const { headers } = await ask('/mail/shell-worker.js')
    assert.equal(headers['content-security-policy'], workerPolicy)
    assert.match(workerPolicy, /^default-src 'none'; connect-src 'self';/)
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-cache')
    const manifest = await ask('/mail/manifest.en.webmanifest')
    assert.equal(manifest.headers['content-type'], 'application/manifest+json')
  })

  it('hold a frame for messages that runs nothing and fetches nothing unasked', async () => {
    const { headers } = await ask('/mail/message-frame')
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'; img-src blob: data:;/)
    assert.match(policy, /sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox$/)
    assert.doesNotMatch(policy, /script-src|allow-scripts|https:/)
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN')
    const asked = await ask('/mail/message-frame/pictures')
    assert.match(String(asked.headers['content-security-policy']), /img-src blob: data: https:;/)
  })
})

it('a node without the bundle says what is missing', async () => {
  const { statusCode, body } = await serve(join(folder, 'nowhere'))('/mail/')
  assert.equal(statusCode, 503)
  assert.match(body, /npm run web/)
})
