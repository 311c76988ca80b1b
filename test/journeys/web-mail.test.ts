/** An officer's morning in the browser: Debian's Chromium against the whole platform, its CA trusted. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import {
  askForPictures,
  corpus,
  deliverCorpus,
  secret,
  setTrap,
  showAll,
  trapArguments,
  watchRequests,
} from '../hostile-mail/show.ts'
import { openBrowser } from '../support/browser.ts'
import { inBrowser } from '../support/in-browser.ts'
import { sendAs } from '../support/mail-programs.ts'
import { sections } from '../../web/mail/app/route.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { audit, bundledOctets, octetsOf, rowOf as row, type WebMail } from '../support/web-mail.ts'

/** Compressed octets until the inbox can be used: the budget of ADR 0031. */
const firstInboxOctetsMax = 120_000
/** And with everything there is: the editor, each section of the settings, the worker. */
const allOctetsMax = 300_000
/** From one browser's act to the other's picture of it. */
const seenElsewhereMsMax = 1_000

/** A file of the bundle, the page, or the frame of a message: nothing a person has. */
const shellPath =
  /^\/mail\/(?:$|assets\/[\w.-]+\.(?:js|css|svg)$|icon\.svg$|message-frame(?:\.css|\/pictures)?$)/

interface Kept {
  readonly paths: readonly string[]
  readonly elsewhere: readonly string[]
  /** Of the frame of a message, as it comes from the cache. */
  readonly framePolicy: string
}

/** What a browser without a network has kept of the web mail on its disk. */
function keptBy(page: Page): Promise<Kept> {
  return page.evaluate(`(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    const databases = await indexedDB.databases()
    const frame = await fetch('/mail/message-frame')
    return {
      paths: requests.flat().map(({ url }) => url.replace(location.origin, '')),
      framePolicy: frame.headers.get('content-security-policy'),
      elsewhere: [
        ...databases.map(({ name }) => name),
        ...Object.keys(sessionStorage),
        ...Object.keys(localStorage).filter((key) => key !== 'tamar.look'),
      ],
    }
  })()`)
}

describe('the web mail', { timeout: 420_000 }, () => {
  let platform: Platform
  let web: WebMail | undefined
  let page: Page
  let own: Page | undefined

  const isReady = inBrowser({
    boot: async () => (platform = await bootPlatform()),
    show: (opened) => void (web = opened),
  })

  it('takes a password, and shows the inbox within its budget of octets', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    page = await web.open(platform.person('wl.chan'))
    const octets = await octetsOf(page)
    assert.ok(octets > 10_000 && octets < firstInboxOctetsMax, `${octets} octets`)
    await audit(page, 'inbox')
  })

  it('reads a conversation, and shows an attachment without leaving the page', async (t) => {
    if (!(await isReady(t))) return
    await row(page, '財務通告第 3/2026 號').click()
    await page.getByRole('heading', { name: /財務通告第 3\/2026 號/ }).waitFor()
    await page.locator('.text-body', { hasText: '一、請於下月底前提交' }).waitFor()
    await page.getByRole('button', { name: /^Preview 預算表格\.csv/ }).click()
    await page.locator('.preview-text').waitFor()
    await audit(page, 'preview')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await audit(page, 'reading')
  })

  it('hears of new mail by itself, and marks it read when it is opened', async (t) => {
    if (!(await isReady(t))) return
    const [sender, reader] = [platform.person('kh.wong'), platform.person('wl.chan')]
    await sendAs(platform, sender).sendMail({
      from: sender.address,
      to: reader.address,
      subject: 'Pictures 圖片',
      html: `<p>Seen <b>here</b></p><script>document.title='ran'</script><img src="https://pictures.example/large.png">
<img src="https://tracker.example/t.gif" width="1" height="1"><a href="https://evil.example/">https://www.gov.hk/</a>`,
    })
    await row(page, 'Pictures 圖片').locator('.dot').waitFor()
    await row(page, 'Pictures 圖片').click()
    await row(page, 'Pictures 圖片').locator('.dot').waitFor({ state: 'detached' })
  })

  it('fetches nothing from elsewhere, counts trackers, and asks about a link that lies', async (t) => {
    if (!(await isReady(t))) return
    const asked: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(platform.ready.listeners.https)) asked.push(request.url())
    })
    await page.getByText('2 pictures from elsewhere are not shown.').waitFor()
    await page.getByText('1 of them is an invisible tracker.').waitFor()
    const letter = page.frameLocator('.html-body iframe')
    await letter.getByText('here').waitFor()
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('blob:')),
      [],
    )
    await letter.getByRole('link').click()
    await page.getByText(/This link says https:\/\/www\.gov\.hk\/, but leads to/).waitFor()
    await audit(page, 'link question')
    await page.getByRole('button', { name: 'Cancel' }).click()
    const fetched = page.waitForRequest('https://pictures.example/large.png')
    await page.getByRole('button', { name: 'Show pictures' }).click()
    await fetched
    assert.doesNotMatch(await page.title(), /ran/)
  })

  it('archives by a key and takes it back; a second browser sees both at once', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const other = await web.open(platform.person('wl.chan'))
    await row(other, 'Pictures 圖片').waitFor()
    await page.keyboard.press('e')
    await row(page, 'Pictures 圖片').waitFor({ state: 'detached' })
    const from = performance.now()
    await row(other, 'Pictures 圖片').waitFor({ state: 'detached' })
    const tookMs = performance.now() - from
    assert.ok(tookMs < seenElsewhereMsMax, `${tookMs} ms`)
    await page.keyboard.press('z')
    await row(page, 'Pictures 圖片').waitFor()
    await row(other, 'Pictures 圖片').waitFor()
    await other.context().close()
  })

  it('finds by Chinese words and by operators, and shows them as chips', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('主旨:財務通告 has:attachment')
    await page.locator('.search-terms .chip').nth(1).waitFor()
    await page.getByText('1 result', { exact: true }).waitFor()
    await row(page, '財務通告第 3/2026 號').waitFor()
    await audit(page, 'search')
    await page.getByRole('button', { name: /Search without has:attachment/ }).click()
    await page.locator('.search-terms .chip').nth(1).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Clear search' }).click()
    await row(page, 'Pictures 圖片').waitFor()
  })

  it('works for a post with "you act as" in sight', async (t) => {
    if (!(await isReady(t))) return
    await page.locator('.account.acting').first().click()
    await page.getByText(/You act as /).waitFor()
    await audit(page, 'post')
    await page.goBack()
    await row(page, 'Pictures 圖片').waitFor()
  })

  it('is all there on a phone, in Chinese and in the dark', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const phone = await web.open(platform.person('wl.chan'), {
      viewport: { width: 360, height: 740 },
      locale: 'zh-HK',
      colorScheme: 'dark',
      hasTouch: true,
    })
    assert.equal(await phone.locator('html').getAttribute('lang'), 'zh-Hant-HK')
    const manifest = await phone.locator('link[rel=manifest]').getAttribute('href')
    assert.equal(manifest, '/mail/manifest.zh-Hant-HK.webmanifest')
    await audit(phone, 'phone list')
    await phone.getByRole('button', { name: '郵件匣' }).click()
    await phone.getByRole('button', { name: /寄件備份/ }).waitFor()
    await audit(phone, 'phone drawer')
    await phone.getByRole('button', { name: /^收件匣/ }).click()
    await row(phone, '財務通告第 3/2026 號').click()
    await phone.locator('.text-body', { hasText: '一、請於下月底前提交' }).waitFor()
    const isTooWide = await phone.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )
    assert.equal(isTooWide, false)
    await audit(phone, 'phone reading')
    await phone.getByRole('button', { name: '返回清單' }).click()
    await row(phone, '財務通告第 3/2026 號').waitFor()
    await phone.context().close()
  })

  it('takes a new release without losing a word', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    own = await web.open(platform.person('wl.chan'), { complains: false })
    await own.keyboard.press('c')
    await own.getByLabel('Subject').fill('Half a thought')
    await own.route('**/mail/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<script src="/mail/assets/other.js">' }),
    )
    await own.evaluate(`dispatchEvent(new Event('online'))`)
    await own.getByText('A new version of this page is here.').waitFor()
    await audit(own, 'new release')
    await own.unrouteAll()
    await own.getByRole('button', { name: 'Load it' }).click()
    await own.locator('.new-release').waitFor({ state: 'detached' })
    const subject = own.getByLabel('Subject')
    await subject.waitFor()
    assert.equal(await subject.inputValue(), 'Half a thought')
    await own.locator('.compose .discard').click()
    await own.locator('.compose').waitFor({ state: 'detached' })
  })

  it('installs, opens without a network, and keeps nothing but its shell', async (t) => {
    if (!(await isReady(t)) || own === undefined) return
    const devtools = await own.context().newCDPSession(own)
    const manifest = await devtools.send('Page.getAppManifest')
    assert.deepEqual(manifest.errors, [])
    assert.match(manifest.data ?? '', /"name":"Tamar Mail"/)
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Windows of tests are private ones, and those never install.
    const faults = installabilityErrors.map(({ errorId }) => errorId)
    assert.deepEqual(
      faults.filter((fault) => fault !== 'in-incognito'),
      [],
    )
    await own.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await own.reload()
    await row(own, '財務通告第 3/2026 號').click()
    await own.locator('.text-body', { hasText: '一、請於下月底前提交' }).waitFor()
    await own.context().setOffline(true)
    await own.reload()
    await own.getByText('No connection to your mail.').waitFor()
    await audit(own, 'no network')
    const kept = await keptBy(own)
    assert.ok(kept.paths.includes('/mail/') && kept.paths.length > 10)
    assert.deepEqual(
      kept.paths.filter((path) => !shellPath.test(path)),
      [],
    )
    assert.deepEqual(kept.elsewhere, [])
    assert.match(kept.framePolicy, /^default-src 'none'; img-src blob: data:;.* sandbox allow-same/)
    await own.context().setOffline(false)
    await row(own, '財務通告第 3/2026 號').waitFor()
    await own.getByRole('button', { name: 'You and this page' }).click()
    await own.getByRole('menuitem', { name: 'Sign out' }).click()
    await own.getByRole('heading', { name: 'Sign in to your mail' }).waitFor()
    await own.waitForFunction('caches.keys().then(({ length }) => length === 0)')
    await own.context().close()
  })

  it('has its settings behind a key, and leads back to where one was', async (t) => {
    if (!(await isReady(t))) return
    const place = page.url()
    await page.locator('#message-list').focus()
    await page.keyboard.press(',')
    for (const section of sections) {
      const link = page.locator(`.settings-list a[href*="section=${section}"]`)
      await link.click()
      const name = (await link.textContent()) ?? ''
      await page.getByRole('heading', { level: 2, name }).waitFor()
      await page.locator('.settings-section [aria-busy="true"]').waitFor({ state: 'detached' })
      await audit(page, `settings: ${section}`)
    }
    await page.locator('.settings-list a[href*="section=delegates"]').click()
    const address = page.getByRole('combobox', { name: 'Mail address of the colleague' })
    await address.pressSequentially('家豪')
    await page.getByRole('option', { name: /Wong Ka-ho/ }).waitFor()
    await audit(page, 'a delegate is looked up')
    await page.keyboard.press('Enter')
    assert.equal(await address.inputValue(), platform.person('kh.wong').address)
    await page.locator('.settings-list a[href*="section=filters"]').click()
    await page.getByLabel('contains').fill('Pictures "圖片"')
    await page.getByLabel('then').selectOption('flag')
    await page.getByRole('button', { name: 'Add rule' }).click()
    await page.locator('.lines .line', { hasText: 'Flag it' }).waitFor()
    await audit(page, 'a rule')
    await page.getByRole('button', { name: /^Remove: / }).click()
    await page.getByText('There is no rule').waitFor()
    await page.locator('.settings-list a[href*="section=programs"]').click()
    await page.getByLabel(/^Name, e\.g\./).fill('Desk')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.locator('.shown-once code', { hasText: /^[a-z2-7]{4}(-[a-z2-7]{4}){6}$/ }).waitFor()
    await audit(page, 'an app password, once')
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('button', { name: 'Revoke Desk' }).click()
    await page.getByRole('button', { name: 'Revoke Desk' }).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.locator('.settings').waitFor({ state: 'detached' })
    assert.equal(page.url(), place)
    await page.locator('#message-list:focus').waitFor()
  })

  it('teaches its keys, signs out, and keeps nothing on the screen', async (t) => {
    if (!(await isReady(t))) return
    await page.locator('#message-list').focus()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
    await audit(page, 'shortcuts')
    const octets = bundledOctets()
    assert.ok(octets > 100_000 && octets < allOctetsMax, `${octets} octets`)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'You and this page' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to your mail' }).waitFor()
    await audit(page, 'sign-in')
    assert.equal(await page.getByText('Pictures').count(), 0)
  })

  it('shows 300 attacks: no script runs, nothing leaves, and the page answers', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const victim = platform.person('ml.fung')
    const { conversations } = await deliverCorpus(platform, victim)
    await using trap = await setTrap()
    assert.ok(corpus.length >= 300, `${corpus.length} attacks`)
    await using trapped = await openBrowser(platform.ready.ca, trapArguments(trap))
    const reader = await web.open(victim, { from: trapped, complains: false })
    const windows: string[] = []
    reader.context().on('page', (opened) => windows.push(opened.url()))
    reader.on('dialog', (dialog) => windows.push(dialog.message()))
    reader.on('download', (download) => windows.push(download.url()))
    const left = watchRequests(reader, platform.ready.listeners.https)
    await reader.getByRole('button', { name: /Hostile/ }).click()
    const shown = await showAll(reader, conversations)
    assert.equal(shown.letters, corpus.length + conversations - Math.ceil(corpus.length / 40))
    assert.deepEqual([windows, left, trap.caught], [[], [], []])
    // Whoever asks for pictures gets them, and nobody's words with them.
    const asked = [await askForPictures(reader, 'efail'), await askForPictures(reader, 'fetch')]
    assert.ok((asked[1] ?? 0) > 0)
    assert.deepEqual([windows, left.filter((url) => url.includes(secret))], [[], []])
    t.diagnostic(
      `${shown.letters} shown, the slowest conversation in ${Math.round(shown.slowestMs)} ms`,
    )
  })

  it('had nothing to complain of', () => {
    assert.deepEqual(
      (web?.faults ?? []).filter((text) => !/pictures\.example|ERR_NAME_NOT_RESOLVED/.test(text)),
      [],
    )
  })
})
