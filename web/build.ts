/**
 * `npm run web`: bundles the web mail into `web/dist` and compresses every file once, so that the node
 * only hands out octets. With `--if-stale` it does so only where the sources differ from what was
 * bundled, and leaves things as they are where the bundler is not installed.
 */
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { drawIcon } from './icons.ts'
import { languages } from './kit/words.ts'
import { icons, manifestName, manifestOf } from './mail/install/manifest.ts'
import type { Shell } from './worker/decide.ts'

const web = fileURLToPath(new URL('./', import.meta.url))
const dist = join(web, 'dist')
/** What the bundle was made from. */
const stamp = join(dist, '.built-from')

/** The oldest that need to read it. */
const browsers = ['chrome120', 'firefox121', 'safari17'] as const

/** Text is worth compressing; pictures are compressed already. */
const compressible = /\.(?:html|js|css|svg|json|webmanifest|txt)$/

export async function buildWebMail(): Promise<void> {
  const { build } = await import('vite')
  await build({
    configFile: false,
    root: join(web, 'mail'),
    base: '/mail/',
    publicDir: join(web, 'mail', 'public'),
    logLevel: 'error',
    build: {
      outDir: dist,
      emptyOutDir: true,
      target: [...browsers],
      // An inlined picture or worker would need `data:` in the policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  })
  for (const { name, ...options } of icons) writeFileSync(join(dist, name), drawIcon(options))
  for (const language of languages)
    writeFileSync(join(dist, manifestName(language)), JSON.stringify(manifestOf(language)))
  await buildWorker()
  compressAll()
  writeFileSync(stamp, digestOfSources())
}

/** One file of a name that stays: its octets are what the browser compares. */
async function buildWorker(): Promise<void> {
  const { build } = await import('vite')
  await build({
    configFile: false,
    root: web,
    publicDir: false,
    logLevel: 'error',
    define: { __SHELL__: JSON.stringify(shellOf()) },
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: [...browsers],
      lib: {
        entry: join(web, 'worker', 'shell-worker.ts'),
        formats: ['es'],
        fileName: () => 'shell-worker.js',
      },
      reportCompressedSize: false,
    },
  })
}

/** What the page needs to open by itself; not what a system asks for when it installs it. */
function shellOf(): Shell {
  const names = globSync('**/*.{html,js,css,svg}', { cwd: dist }).toSorted()
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\n`).update(readFileSync(join(dist, name)))
  const isFixed = (name: string) => name.startsWith('assets/')
  return {
    version: hash.digest('base64url').slice(0, 16),
    fixed: names.filter(isFixed).map((name) => `/mail/${name}`),
    fresh: names.filter((name) => !isFixed(name)).flatMap(addressesOf),
  }
}

/** As `src/http/web-mail.ts` serves them. */
function addressesOf(name: string): readonly string[] {
  if (name === 'index.html') return ['/mail/']
  if (name === 'message-frame.html') return ['/mail/message-frame', '/mail/message-frame/pictures']
  return [`/mail/${name}`]
}

function compressAll(): void {
  for (const name of globSync('**/*', { cwd: dist, withFileTypes: false })) {
    if (!compressible.test(name)) continue
    const octets = readFileSync(join(dist, name))
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(join(dist, `${name}.br`), brotliCompressSync(octets, { params }))
    writeFileSync(join(dist, `${name}.gz`), gzipSync(octets, { level: 9 }))
  }
}

/** A hash over every source and the versions of what is bundled with them. */
export function digestOfSources(): string {
  const hash = createHash('sha256')
  const names = globSync('**/*.{ts,tsx,css,html,svg,png,json,webmanifest}', {
    cwd: web,
    exclude: (name) => name === 'dist',
  }).filter((name) => !name.endsWith('.test.ts'))
  for (const name of [...names.toSorted(), '../package-lock.json']) {
    const octets = readFileSync(join(web, name))
    hash.update(`${name}\n${octets.length}\n`).update(octets)
  }
  return hash.digest('hex')
}

export function isStale(): boolean {
  try {
    return readFileSync(stamp, 'utf8') !== digestOfSources()
  } catch {
    return true
  }
}

async function main(): Promise<void> {
  const onlyIfStale = process.argv.includes('--if-stale')
  if (onlyIfStale && !isStale()) return
  try {
    import.meta.resolve('vite')
  } catch {
    console.error('web mail: no bundler is installed here; see docs/operations.md, "The web mail".')
    if (!onlyIfStale) process.exitCode = 69
    return
  }
  console.error('web mail: bundling, a few seconds …')
  const from = performance.now()
  await buildWebMail()
  console.error(`web mail: bundled in ${((performance.now() - from) / 1000).toFixed(1)} s`)
}

if (import.meta.main) await main()
