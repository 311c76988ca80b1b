/**
 * A browser that is closed to the mail hears that mail came. Tests reach no push service of a browser's maker:
 * the platform posts to one of our own, and what it posted is handed to the worker as the maker would.
 */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { ProfileBrowser } from '../support/browser.ts'
import { sendAs } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { Device, openPushService } from '../support/push-service.ts'
import { until } from '../support/until.ts'
import { audit, bundleWebMail, WebMail } from '../support/web-mail.ts'

const host = 'push.example'
const waitMs = 10_000

test('a browser says that mail came, not what, and no more after the sign-out', async (t) => {
  if (!needs(t, 'chromium') || !needs(t, 'certutil')) return
  bundleWebMail()
  await using service = await openPushService(host)
  await using names = await NameServer.start({ [host]: { a: ['127.0.0.1'] } })
  const authority = join(tmpdir(), `tamar-push-${process.pid}.pem`)
  await writeFile(authority, service.certificate.ca)
  t.after(() => rm(authority))
  await using platform = await bootPlatform({
    environment: {
      TAMAR_OUTBOUND_SEND: 'direct',
      TAMAR_OUTBOUND_RESOLVERS: names.address,
      TAMAR_OUTBOUND_LOOPBACK: 'true',
      NODE_EXTRA_CA_CERTS: authority,
    },
  })
  const origin = platform.ready.listeners.https
  await using web = await WebMail.start(platform)
  await using profile = new ProfileBrowser(platform.ready.ca)
  const context = await profile.start({ locale: 'en-HK', permissions: ['notifications'] })
  const page = await web.open(platform.person('wl.chan'), { context, complains: false })
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')

  await page.keyboard.press(',')
  await page.locator('.settings-list a[href*="section=notify"]').click()
  await page.getByText('This browser is not notified.').waitFor()
  await audit(page, 'notifications')
  await page.getByRole('button', { name: 'Notify this browser' }).click()
  // The maker's service is far: that is said, and nothing is left half made.
  await page.getByText('The browser’s push service does not answer').waitFor()

  const device = new Device()
  const set = (args: object) => callInPage(page, 'PushSubscription/set', args)
  const mine = { deviceClientId: 'test', url: service.url('/chan'), types: ['EmailDelivery'] }
  await set({ create: { mine: { ...mine, keys: device.keys } } })
  const worker = await findWorker(context, page, origin)
  const [code] = await service.until('/chan', 1)
  assert.ok(code)
  await worker.deliver(device.open(code.body))
  // The worker said it back by itself: from now on the platform tells.
  const [, before] = await service.until('/chan', 2)
  assert.ok(before)
  await page.goto('about:blank')

  const canary = 'Ricepaper-Canary'
  await sendTo(platform, canary)
  const posted = (await service.until('/chan', 3))[2]
  assert.ok(posted)
  await worker.deliver(device.open(posted.body))
  const { title, body } = await worker.untilShown()
  assert.equal(title, 'New mail')
  assert.match(body, /^[1-9]\d* unread$/)

  await page.goto(`${origin}/mail/?screen=settings&section=notify`)
  await page.getByText('This browser is not notified.').waitFor()
  await worker.choose()
  await page.locator('.settings').waitFor({ state: 'detached' })
  await page.locator('.message .subject', { hasText: canary }).waitFor()
  await page.getByRole('button', { name: 'You and this page' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to your mail' }).waitFor()
  await page.waitForFunction(
    'navigator.serviceWorker.getRegistrations().then(({ length }) => length === 0)',
  )
  const count = service.at('/chan').length
  // Another sign-in of his is told of the next message: the one that ended is not.
  const reader = await web.open(platform.person('wl.chan'))
  const later = new Device()
  const other = { ...mine, url: service.url('/later'), keys: later.keys }
  await callInPage(reader, 'PushSubscription/set', { create: { other } })
  const [hello] = await service.until('/later', 1)
  assert.ok(hello)
  const { pushSubscriptionId: id, verificationCode } = JSON.parse(later.open(hello.body))
  await callInPage(reader, 'PushSubscription/set', { update: { [id]: { verificationCode } } })
  await service.until('/later', 2)
  await sendTo(platform, canary)
  await service.until('/later', 3)
  assert.equal(service.at('/chan').length, count)
})

async function sendTo(platform: Platform, subject: string): Promise<void> {
  const [sender, reader] = [platform.person('kh.wong'), platform.person('wl.chan')]
  const program = sendAs(platform, sender)
  const [from, to] = [sender.address, reader.address]
  await program.sendMail({ from, to, subject, text: subject })
  program.close()
}

/** As the page itself would. */
async function callInPage(page: Page, name: string, args: object) {
  // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
  const answer: any = await page.evaluate(`fetch('/jmap/api', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tamar-request': '1' },
    body: ${JSON.stringify(
      JSON.stringify({
        using: ['urn:ietf:params:jmap:core'],
        methodCalls: [[name, args, '0']],
      }),
    )},
  }).then((response) => response.json())`)
  return answer.methodResponses[0][1]
}

/** The worker, as the browser's maker and the desktop meet it. */
async function findWorker(context: BrowserContext, page: Page, origin: string) {
  const devtools = await context.newCDPSession(page)
  const found = Promise.withResolvers<string>()
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const ours = registrations.find(({ scopeURL }) => scopeURL === `${origin}/mail/`)
    if (ours !== undefined) found.resolve(ours.registrationId)
  })
  await devtools.send('ServiceWorker.enable')
  const registrationId = await found.promise
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
  return {
    deliver: (data: string) =>
      devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data }),
    untilShown: () =>
      until('a notification', waitMs, async () => {
        const shown = await worker.evaluate<readonly { title: string; body: string }[]>(
          `registration.getNotifications().then((all) =>
            all.map(({ title, body }) => ({ title, body })))`,
        )
        return shown[0]
      }),
    /** A click of ours counts as nobody's: the worker may say where to go, and neither open nor focus a window. */
    choose: () =>
      worker.evaluate(`registration.getNotifications().then(([notification]) =>
        dispatchEvent(new NotificationEvent('notificationclick', { notification })))`),
  }
}
