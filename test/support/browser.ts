/**
 * Debian's Chromium, driven by Playwright: trusts the platform's CA as a person's browser would (an NSS
 * database in a home of its own) and never ignores a certificate's fault.
 */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
} from 'playwright-core'
import { makeThrowaway } from './throwaway.ts'

export type TestBrowser = Browser & AsyncDisposable

/** @param ca the path of the CA's certificate */
export async function openBrowser(ca: string, more: readonly string[] = []): Promise<TestBrowser> {
  const home = makeHome(ca)
  const browser = await chromium.launch(launchOptions(home, more))
  return Object.assign(browser, {
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  })
}

/** A browser as a person has it, no private window: what it keeps lies in its profile. */
export class ProfileBrowser implements AsyncDisposable {
  readonly #home: string
  #context: BrowserContext | undefined

  constructor(ca: string) {
    this.#home = makeHome(ca)
  }

  /** Where all that it keeps lies. */
  get folder(): string {
    return join(this.#home, 'profile')
  }

  /** Starts it, or starts it again on what it kept. */
  async start(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    this.#context = await chromium.launchPersistentContext(this.folder, {
      ...launchOptions(this.#home, []),
      ...options,
    })
    return this.#context
  }

  async stop(): Promise<void> {
    await this.#context?.close()
    this.#context = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.#home, { recursive: true, force: true })
  }
}

/** @returns a home that trusts the platform's CA. */
function makeHome(ca: string): string {
  const home = makeThrowaway('tamar-test-')
  const database = join(home, '.pki', 'nssdb')
  mkdirSync(database, { recursive: true })
  certutil(['-N', '-d', `sql:${database}`, '--empty-password'])
  certutil(['-A', '-d', `sql:${database}`, '-n', 'tamar', '-t', 'C,,', '-i', ca])
  return home
}

function launchOptions(home: string, more: readonly string[]): LaunchOptions {
  return {
    executablePath: '/usr/bin/chromium',
    env: { ...process.env, HOME: home },
    // Root has no sandbox of its own in a container; what is tested is the page's.
    chromiumSandbox: false,
    args: ['--disable-gpu', '--font-render-hinting=none', ...more],
  }
}

function certutil(args: readonly string[]): void {
  const { status, stderr } = spawnSync('certutil', args, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}
