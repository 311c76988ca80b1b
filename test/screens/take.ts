/**
 * `npm run web:screens`: every screen of the web mail, in English and Traditional Chinese light and dark, in Simplified
 * Chinese light, at the desk and on a phone, as pictures in `docs/screens/`. Somebody looks at them: nothing overlaps, nothing is cut. A word
 * after it (`npm run web:screens -- settings`) takes those alone whose name begins with it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { editorWords } from '../../web/mail/editor/words.ts'
import { readAs } from '../support/mail-programs.ts'
import { bootPlatform, root } from '../support/platform.ts'
import { takeSettings } from './settings.ts'

const only = process.argv[2] ?? ''
const folder = join(root, 'docs', 'screens')
const desk = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }
const looks = [
  { name: 'en-light', locale: 'en-HK', colorScheme: 'light' },
  { name: 'en-dark', locale: 'en-HK', colorScheme: 'dark' },
  { name: 'zh-light', locale: 'zh-HK', colorScheme: 'light' },
  { name: 'zh-dark', locale: 'zh-HK', colorScheme: 'dark' },
  { name: 'hans-light', locale: 'zh-CN', colorScheme: 'light' },
] as const

interface Written {
  readonly text: string
  readonly strong: string
  readonly points: readonly string[]
  readonly file: string
  /** How the editor calls a list. */
  readonly list: string
}

const written: Readonly<Record<(typeof looks)[number]['locale'], Written>> = {
  'en-HK': {
    text: 'Noted; ',
    strong: 'the slip is attached.',
    points: ['The figures are as agreed', 'Nothing further is asked'],
    file: 'reply slip.txt',
    list: editorWords.en.bulletList,
  },
  'zh-HK': {
    text: '已收悉，',
    strong: '回條見附件。',
    points: ['數字已按會議議定更新', '無須另作補充'],
    file: '回條.txt',
    list: editorWords['zh-Hant-HK'].bulletList,
  },
  'zh-CN': {
    text: '已收悉，',
    strong: '回执见附件。',
    points: ['数字已按会议议定更新', '无须另作补充'],
    file: '回执.txt',
    list: editorWords['zh-Hans'].bulletList,
  },
}

mkdirSync(folder, { recursive: true })
spawnSync(process.execPath, [join(root, 'web/build.ts'), '--if-stale'], { stdio: 'inherit' })
await using platform = await bootPlatform()
await using browser = await openBrowser(platform.ready.ca)
const person = platform.person('wl.chan')

await deleteSome()

for (const { name, ...look } of looks)
  for (const [size, viewport] of [
    ['desk', desk],
    ['phone', phone],
  ] as const) {
    const context = await browser.newContext({ ...look, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const take = async (screen: string) => {
      if (!screen.startsWith(only)) return
      await page.screenshot({
        path: join(folder, `${screen}-${size}-${name}.jpg`),
        type: 'jpeg',
        quality: 62,
      })
    }
    await page.goto(`${platform.ready.listeners.https}/mail/`)
    await page.locator('input[name=address]').waitFor()
    if (look.colorScheme === 'light') await take('sign-in')
    await signIn(page)
    await take('inbox')
    if ('mailboxes'.startsWith(only) || only.startsWith('mailboxes'))
      await manage(page, take, size === 'phone')
    const isOfSettings = 'settings'.startsWith(only) || only.startsWith('settings')
    if (isOfSettings) await takeSettings(page, take)
    if (isOfSettings && only !== '') {
      await context.close()
      continue
    }
    await page.locator('.message', { hasText: '財務通告第 3/2026 號' }).click()
    await page.locator('.text-body').waitFor()
    await take('reading')
    await write(page, written[look.locale])
    await take('compose')
    await page.locator('.compose-foot [aria-haspopup=menu]').click()
    await take('compose-later')
    await page.keyboard.press('Escape')
    await addRecipients(page)
    await take('compose-recipients')
    await page.keyboard.press('Escape')
    await page.locator('.compose [role=combobox]').first().fill('')
    await page.locator('.compose .discard').click()
    await page.locator('.compose').waitFor({ state: 'detached' })
    if (size === 'desk') await rest(page, take, look.colorScheme === 'dark')
    await context.close()
  }

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=address]').fill(person.address)
  await page.locator('input[name=password]').fill(person.password)
  await page.locator('button[type=submit]').click()
  await page.locator('.message .subject').first().waitFor()
}

/** What can be put back. */
async function deleteSome(): Promise<void> {
  await using reader = await readAs(platform, person)
  const letters = [
    'From: Wong Ka-ho <kh.wong@td.gov.example>\r\nSubject: Minutes of the traffic meeting',
    'From: =?utf-8?B?5p2O576O5qyj?= <my.lee@td.gov.example>\r\nSubject: =?utf-8?B?6YCx5LqU6Kq/54+t?=',
  ]
  const lock = await reader.getMailboxLock('INBOX')
  for (const letter of letters) {
    const kept = await reader.append('INBOX', `${letter}\r\n\r\nx\r\n`, ['\\Seen'])
    if (kept === false || kept.uid === undefined) throw new Error('it was not kept')
    await reader.messageDelete(String(kept.uid), { uid: true })
  }
  lock.release()
}

/** An answer with emphasis, a list and a file, as somebody has it before him who is about to send it. */
async function write(page: Page, { text, strong, points, file, list }: Written): Promise<void> {
  await page.locator('.letter.open .answers button').first().click()
  await page.locator('.compose .rich-text').waitFor()
  await page.keyboard.type(text)
  await page.keyboard.press('Control+b')
  await page.keyboard.type(strong)
  await page.keyboard.press('Control+b')
  await page.keyboard.press('Enter')
  await page.locator('.compose .toolbar').getByLabel(list, { exact: true }).click()
  for (const [at, point] of points.entries()) {
    if (at > 0) await page.keyboard.press('Enter')
    await page.keyboard.type(point)
  }
  await page
    .locator('.compose .rich-text li')
    .nth(points.length - 1)
    .waitFor()
  const buffer = Buffer.from('received\n')
  await page.getByTestId('files').setInputFiles({ name: file, mimeType: 'text/plain', buffer })
  await page.locator('.compose-files .file').waitFor()
}

/** What is done with a folder, and the window for a new one. */
async function manage(
  page: Page,
  take: (screen: string) => Promise<void>,
  isPhone: boolean,
): Promise<void> {
  const open = async () => {
    if (isPhone) await page.locator('.drawer-button').click()
  }
  await open()
  await page.locator('.mailbox-row [aria-haspopup]').first().click()
  await page.locator('[role=menu]:popover-open').waitFor()
  await take('mailboxes')
  await page.keyboard.press('Escape')
  await page.locator('.mailbox.make').first().click()
  await page.locator('.mailbox-window').waitFor()
  await take('mailboxes-new')
  await page.keyboard.press('Escape')
  await page.locator('.mailbox-window').waitFor({ state: 'detached' })
  if (isPhone) await page.keyboard.press('Escape')
}

/** One outside, and a choice of those inside. */
async function addRecipients(page: Page): Promise<void> {
  const to = page.locator('.compose [role=combobox]').first()
  await to.fill('citizen@elsewhere.test,')
  await to.pressSequentially('TD')
  await page.locator('.suggestions:visible [role=option]').nth(3).waitFor()
  await page.locator('.compose-warnings li').nth(1).waitFor()
}

/** What need not be taken in each look. */
async function rest(page: Page, take: (screen: string) => Promise<void>, isDark: boolean) {
  if (isDark) {
    await page.keyboard.press('?')
    await page.locator('.help').waitFor()
    await take('shortcuts')
    return
  }
  await page.locator('#search').fill('has:attachment 預算')
  await page.locator('.search-terms .chip').nth(1).waitFor()
  await page.locator('.list-pane[aria-busy="true"]').waitFor({ state: 'detached' })
  await take('search')
  await page.locator('#search').fill('')
  await page.locator('.account.acting').first().click()
  await page.locator('.acting-as').waitFor()
  await page.locator('.message .subject').first().click()
  await page.locator('.letter.open').first().waitFor()
  await take('post')
}
