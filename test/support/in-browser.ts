/** How a journey in a browser begins and ends: the bundle, the platform, Debian's Chromium where it is installed. */
import { after, before, type TestContext } from 'node:test'
import { needs } from './needs.ts'
import type { Platform } from './platform.ts'
import { bundleWebMail, WebMail } from './web-mail.ts'

export interface InBrowser {
  readonly boot: () => Promise<Platform>
  /** Once, when the first test that needs it begins. */
  readonly show: (web: WebMail) => void | Promise<void>
}

/** @returns whether a browser is there; the test is skipped where it is not. */
export function inBrowser({ boot, show }: InBrowser): (t: TestContext) => Promise<boolean> {
  const stack = new AsyncDisposableStack()
  let platform: Platform | undefined
  let web: WebMail | undefined
  before(async () => {
    bundleWebMail()
    platform = stack.use(await boot())
  })
  after(() => stack.disposeAsync())
  return async (t) => {
    if (!needs(t, 'chromium') || !needs(t, 'certutil') || platform === undefined) return false
    if (web !== undefined) return true
    web = stack.use(await WebMail.start(platform))
    await show(web)
    return true
  }
}
