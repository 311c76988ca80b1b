/**
 * `/mail/`: the web mail's files, as `npm run web` made them. Names with a hash in them never change;
 * the page itself is asked for each time. RFC 9110 §8.8.3, §12.5.3; CSP Level 3; Trusted Types.
 */
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html } from './html.ts'
import { makePage, sendPage } from './page.ts'

interface WebFile {
  readonly type: string
  readonly etag: string
  readonly isImmutable: boolean
  readonly plain: Buffer
  readonly br: Buffer | undefined
  readonly gzip: Buffer | undefined
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** Nothing inline, nothing from elsewhere; HTML becomes script nowhere (Trusted Types). */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // What cleans a message, and what names the worker.
  'trusted-types dompurify tamar-worker',
].join('; ')

/**
 * Of the frame in which a message is shown: no script by two means, and no picture from elsewhere but
 * where the reader asked for them. The page outside puts what it has cleaned into it.
 */
function framePolicy(pictures: string): string {
  return [
    "default-src 'none'",
    `img-src blob: data:${pictures}`,
    "style-src 'self' 'unsafe-inline'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; ')
}

/** Of the worker: it fetches from us and does nothing else. It has its rights from its own answer. */
export const workerPolicy = [
  "default-src 'none'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** @param folder what `npm run web` made; a page says so where it is not there. */
export function addWebMail(app: FastifyInstance, folder: string): void {
  const files = readFolder(folder)
  const page = files.get('index.html')
  const frame = files.get('message-frame.html')
  const worker = files.get('shell-worker.js')
  app.get('/mail', async (_request, reply) => reply.redirect('/mail/', 308))
  if (page === undefined || frame === undefined) {
    app.get('/mail/*', async (_request, reply) => sendPage(reply, 503, notBuilt))
    return
  }
  const framed = (policy: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers({ 'content-security-policy': policy, 'x-frame-options': 'SAMEORIGIN' })
    void reply.header('x-dns-prefetch-control', 'off')
    return send(frame, request, reply)
  }
  app.get('/mail/message-frame', framed(framePolicy('')))
  app.get('/mail/message-frame/pictures', framed(framePolicy(' https:')))
  app.get('/mail/*', async (request, reply) => {
    const { '*': path } = request.params as { readonly '*': string } // The route has it.
    const file = files.get(path)
    if (file !== undefined && file === worker)
      return send(file, request, reply.header('content-security-policy', workerPolicy))
    if (file !== undefined && file !== page && file !== frame) return send(file, request, reply)
    // A file that is gone is no screen: an old page must notice that it is old.
    if (path.startsWith('assets/')) return reply.callNotFound()
    return send(page, request, reply.header('content-security-policy', pagePolicy))
  })
}

function readFolder(folder: string): ReadonlyMap<string, WebFile> {
  const names = globSync('**/*.*', { cwd: folder }).filter((name) => !/\.(?:br|gz)$/.test(name))
  const compressed = new Set(globSync('**/*.{br,gz}', { cwd: folder }))
  const read = (name: string) =>
    compressed.has(name) ? readFileSync(join(folder, name)) : undefined
  return new Map(
    names.flatMap((name) => {
      const type = types[extname(name)]
      if (type === undefined) return []
      const plain = readFileSync(join(folder, name))
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
      const isImmutable = name.startsWith('assets/')
      const file = {
        type,
        etag,
        isImmutable,
        plain,
        br: read(`${name}.br`),
        gzip: read(`${name}.gz`),
      }
      return [[name, file] as const]
    }),
  )
}

function send(file: WebFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coding = codingOf(file, request.headers['accept-encoding'] ?? '')
  // Another coding is another representation (RFC 9110 §8.8.3.3).
  const etag = coding === 'plain' ? file.etag : file.etag.replace(/"$/, `-${coding}"`)
  void reply.headers({
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag,
  })
  const known = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/)
  if (known.some((each) => each.replace(/^W\//, '') === etag)) return reply.code(304).send()
  if (coding !== 'plain') void reply.header('content-encoding', coding)
  return reply.type(file.type).send(file[coding])
}

function codingOf(file: WebFile, accepted: string): 'br' | 'gzip' | 'plain' {
  const takes = (coding: string) =>
    new RegExp(`(?:^|[,\\s])${coding}(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))\\b`, 'i').test(accepted)
  if (file.br !== undefined && takes('br')) return 'br'
  return file.gzip !== undefined && takes('gzip') ? 'gzip' : 'plain'
}

const notBuilt = makePage({ en: 'Web mail', zh: '網頁電郵' }, [
  html`<p>
      The web mail has not been bundled on this node: run <code>npm run web</code>, then start
      again.
    </p>
    <p lang="zh-Hant">此節點尚未建置網頁電郵：請執行 <code>npm run web</code>，然後重新啟動。</p>`,
])
