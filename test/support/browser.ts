/**
 * Debian's Chromium, driven by Playwright: trusts the platform's CA as a person's browser would (an NSS
 * database in a home of its own) and never ignores a certificate's fault.
 */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { makeThrowaway } from './throwaway.ts'

export type TestBrowser = Browser & AsyncDisposable

/** @param ca the path of the CA's certificate */
export async function openBrowser(ca: string, more: readonly string[] = []): Promise<TestBrowser> {
  const home = makeThrowaway('tamar-test-')
  const database = join(home, '.pki', 'nssdb')
  mkdirSync(database, { recursive: true })
  certutil(['-N', '-d', `sql:${database}`, '--empty-password'])
  certutil(['-A', '-d', `sql:${database}`, '-n', 'tamar', '-t', 'C,,', '-i', ca])
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    env: { ...process.env, HOME: home },
    // Root has no sandbox of its own in a container; what is tested is the page's.
    chromiumSandbox: false,
    args: ['--disable-gpu', '--font-render-hinting=none', ...more],
  })
  return Object.assign(browser, {
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  })
}

function certutil(args: readonly string[]): void {
  const { status, stderr } = spawnSync('certutil', args, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}
