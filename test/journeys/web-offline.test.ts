/**
 * What was read is there without a network, opened by the passkey, and nothing of it can be read on the disk:
 * Debian's Chromium with a profile of its own and a virtual authenticator that makes secrets (prf).
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { ProfileBrowser } from '../support/browser.ts'
import { OctetSearch } from '../support/find-octets.ts'
import { readAs, sendAs } from '../support/mail-programs.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { audit, bundleWebMail, rowOf as row, WebMail } from '../support/web-mail.ts'

const subject = 'Subject-Canary-of-the-Treasury'
const body = 'Body-Canary-of-the-Treasury'
const annexed = 'Annexed-Canary-of-the-Treasury'
const annex = 'Annex-Canary-of-the-Treasury'
const withdrawn = 'Withdrawn-Canary-of-the-Treasury'
/** A pixel. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const databases = `indexedDB.databases().then((all) => all.map(({ name }) => name))`

test('what was read is readable without a network, by the passkey alone, and goes with the session', async (t) => {
  if (!needs(t, 'chromium') || !needs(t, 'certutil')) return
  bundleWebMail()
  await using platform = await bootPlatform()
  await using web = await WebMail.start(platform)
  await using profile = new ProfileBrowser(platform.ready.ca)
  const context = await profile.start({ locale: 'en-HK' })
  const chan = platform.person('wl.chan')
  await send(platform)
  const page = await web.open(chan, { context, complains: false })
  // Before he has a passkey: afterwards a password alone signs nobody in.
  const elsewhere = await web.open(chan)
  const authenticator = await addAuthenticator(page)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.reload()

  await openSection(page, 'offline')
  const turnOn = page.getByRole('button', { name: 'Keep what I read on this device' })
  await audit(page, 'reading without a network')
  await turnOn.click()
  await page.getByText('That gave no secret to seal with.').waitFor()
  assert.deepEqual(await page.evaluate(databases), [])
  await openSection(page, 'security')
  await page.getByLabel(/^Name, e\.g\./).fill('Desk')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('The passkey was added.').waitFor()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await openSection(page, 'offline')
  await turnOn.click()
  await page.getByText('What you read from now on is kept on this device.').waitFor()
  await page.keyboard.press('Escape')
  await row(page, subject).click()
  await page.locator('.text-body', { hasText: body }).waitFor()
  // A window that is loaded anew keeps on without asking.
  await page.reload()
  await row(page, '財務通告第 3/2026 號').click()
  await page.locator('.text-body', { hasText: '一、請於下月底前提交' }).waitFor()
  await row(page, annexed).click()
  await page.frameLocator('.html-body iframe').locator('img[src^="blob:"]').waitFor()
  await page.getByRole('button', { name: 'Annex.txt' }).click()
  await page.locator('.preview-text', { hasText: annex }).waitFor()
  await page.keyboard.press('Escape')
  // What is deleted elsewhere is gone from the device too.
  await row(page, withdrawn).click()
  await page.locator('.text-body', { hasText: body }).waitFor()
  await page.waitForFunction(countKept, { messages: 4, files: 2 })
  await remove(platform, withdrawn)
  await page.waitForFunction(countKept, { messages: 3, files: 2 })

  await context.setOffline(true)
  await page.getByText('No connection: this is your mail as of').waitFor()
  await row(page, subject).click()
  await page.keyboard.press('e')
  await page.getByText('There is no connection: nothing was changed.').waitFor()
  await row(page, subject).waitFor()
  await page.goto('about:blank')
  await page.goto(`${platform.ready.listeners.https}/mail/`)
  const open = page.getByRole('button', { name: 'Read what is on this device' })
  await open.waitFor()
  await audit(page, 'no network, something kept')
  await open.click()
  await row(page, subject).click()
  await page.locator('.text-body', { hasText: body }).waitFor()
  await row(page, '財務通告第 3/2026 號').waitFor()
  await page
    .getByText(/^No connection: you read what is on this device, as of .*\d\d:\d\d/)
    .waitFor()
  await audit(page, 'reading what is kept')
  await row(page, annexed).click()
  const shown = page.frameLocator('.html-body iframe').locator('img[src^="blob:"]')
  await shown.waitFor()
  const width = await shown.evaluate(async (image: Picture) => {
    await image.decode()
    return image.naturalWidth
  })
  assert.equal(width, 1)
  await page.getByRole('button', { name: 'Annex.txt' }).click()
  await page.locator('.preview-text', { hasText: annex }).waitFor()
  await page.keyboard.press('Escape')
  // Its row was seen, and no more.
  await page
    .locator('.message')
    .filter({ hasNotText: /Canary|財務通告/ })
    .first()
    .click()
  await page.getByText('This message is not on this device').waitFor()
  for (const key of ['e', '#', 's', 'c']) {
    await page.keyboard.press(key)
    await page.getByText('That takes a connection.').last().waitFor()
  }
  await page.getByRole('searchbox').fill('Treasury')
  await page.getByText('Searching takes a connection.').waitFor()

  await page.goto('about:blank')
  await authenticator.clear()
  await page.goto(`${platform.ready.listeners.https}/mail/`)
  await open.click()
  await page.getByText('It did not open.').waitFor()
  assert.equal(await page.getByText(subject).count(), 0)
  await context.setOffline(false)
  await page.locator('.message .subject').nth(3).waitFor()

  // While the browser runs and what is kept is kept; the databases alone, for other files come and go.
  const search = new OctetSearch([subject, body, annexed, annex])
  const databasesOf = join(profile.folder, 'Default', 'IndexedDB')
  const kept = await search.inFolder(databasesOf)
  assert.deepEqual(kept.discoveries, [])
  const known = await new OctetSearch(['tamar-offline']).inFolder(databasesOf)
  assert.ok(known.discoveries.length > 0, 'the databases are where they are looked for')

  await openSection(elsewhere, 'devices')
  await elsewhere.getByRole('button', { name: 'End all others' }).click()
  await elsewhere.getByText('All other sessions have ended.').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to your mail' }).waitFor()
  await page.waitForFunction(`${databases}.then(({ length }) => length === 0)`)
  await profile.stop()
  assert.deepEqual((await search.inFolder(profile.folder)).discoveries, [])
  assert.deepEqual(web.faults, [])
})

interface Picture {
  readonly naturalWidth: number
  readonly decode: () => Promise<void>
}

const countKept = `(wanted) => new Promise((resolve) => {
  const asked = indexedDB.open('tamar-offline')
  asked.onsuccess = () => {
    const { result } = asked
    const work = result.transaction(Object.keys(wanted))
    const counts = Object.keys(wanted).map((name) => [name, work.objectStore(name).count()])
    work.oncomplete = () => {
      result.close()
      resolve(counts.every(([name, counted]) => counted.result === wanted[name]))
    }
  }
})`

async function send(platform: Platform): Promise<void> {
  const [sender, reader] = [platform.person('kh.wong'), platform.person('wl.chan')]
  const program = sendAs(platform, sender)
  const [from, to] = [sender.address, reader.address]
  await program.sendMail({ from, to, subject, text: body })
  await program.sendMail({ from, to, subject: withdrawn, text: body })
  await program.sendMail({
    from,
    to,
    subject: annexed,
    html: `<p>${body}</p><img src="cid:seal" alt="">`,
    attachments: [
      { filename: 'seal.png', cid: 'seal', content: Buffer.from(picture, 'base64') },
      { filename: 'Annex.txt', content: annex },
    ],
  })
  program.close()
}

async function remove(platform: Platform, withSubject: string): Promise<void> {
  const program = await readAs(platform, platform.person('wl.chan'))
  await program.mailboxOpen('INBOX')
  await program.messageDelete({ subject: withSubject }, { uid: true })
  await program.logout()
}

async function openSection(page: Page, section: string): Promise<void> {
  await page.locator('.message .subject').first().waitFor({ state: 'attached' })
  if ((await page.locator('.settings').count()) === 0) await page.keyboard.press(',')
  await page.locator(`.settings-list a[href*="section=${section}"]`).click()
}

/** WebAuthn Level 3 §11: one that holds passkeys, knows who holds it, and makes secrets. */
async function addAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
    },
  })
  return {
    /** It is lost, or another's hand holds the device. */
    clear: () => devtools.send('WebAuthn.clearCredentials', { authenticatorId }),
  }
}
