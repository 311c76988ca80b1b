/** The web mail in Debian's Chromium, as journeys use it: people sign in, rows are found, axe looks at it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { openBrowser, type TestBrowser } from './browser.ts'
import { root, type Person, type Platform } from './platform.ts'

const waitMsMax = 20_000

export interface OpenOptions extends BrowserContextOptions {
  readonly from?: TestBrowser | undefined
  /** Of a browser that runs already. */
  readonly context?: BrowserContext
  /** Whether what its console says is a fault. */
  readonly complains?: boolean
}

/** Bundles the web mail where its sources changed. */
export function bundleWebMail(): void {
  const build = spawnSync(process.execPath, [join(root, 'web/build.ts'), '--if-stale'])
  assert.equal(build.status, 0, String(build.stderr))
}

export class WebMail implements AsyncDisposable {
  readonly browser: TestBrowser
  readonly platform: Platform
  /** What consoles and pages complained of. */
  readonly faults: string[] = []

  private constructor(platform: Platform, browser: TestBrowser) {
    this.platform = platform
    this.browser = browser
  }

  static async start(platform: Platform): Promise<WebMail> {
    return new WebMail(platform, await openBrowser(platform.ready.ca))
  }

  /** A browser of that person, signed in, with the inbox in sight. */
  async open(person: Person, options: OpenOptions = {}): Promise<Page> {
    const { from = this.browser, complains = true, context: running, ...more } = options
    const context = running ?? (await from.newContext({ locale: 'en-HK', ...more }))
    const page = await context.newPage()
    page.setDefaultTimeout(waitMsMax)
    page.on('console', (message) => {
      // Before the sign-in the session is asked for, and refused.
      if (complains && message.type() === 'error' && !/status of 401/.test(message.text()))
        this.faults.push(message.text())
    })
    page.on('pageerror', (error) => this.faults.push(error.message))
    await page.goto(`${this.platform.ready.listeners.https}/mail/`)
    await page.getByLabel(/Mail address|電郵地址/).fill(person.address)
    await page.getByLabel(/^(?:Password|密碼)$/).fill(person.password)
    await page.getByRole('button', { name: /^(?:Sign in|登入)$/ }).click()
    await page.locator('.message .subject').first().waitFor()
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]()
  }
}

export function rowOf(page: Page, subject: string): Locator {
  return page.locator('.message', { hasText: subject }).first()
}

/** Compressed octets of every file of the bundle that a browser may load. */
export function bundledOctets(): number {
  const dist = join(root, 'web', 'dist')
  return globSync('**/*.br', { cwd: dist }).reduce(
    (sum, name) => sum + statSync(join(dist, name)).size,
    0,
  )
}

/** Compressed octets of everything the page has loaded of the web mail. */
export function octetsOf(page: Page): Promise<number> {
  return page.evaluate(`performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes('/mail/'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`)
}

/** No fault of accessibility that a program can find (WCAG 2.2 AA). */
export async function audit(page: Page, where: string): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`)
  assert.deepEqual(violations, [], where)
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
