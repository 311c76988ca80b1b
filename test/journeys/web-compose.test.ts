/** Writing in the web mail, from the first letter to the recipient's mailbox: Debian's Chromium on the whole platform. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { inBrowser } from '../support/in-browser.ts'
import { findSubject, readAs } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { sourceOf, structureOf } from '../support/structure.ts'
import { until } from '../support/until.ts'
import { audit, rowOf, type WebMail } from '../support/web-mail.ts'

/** The time to think again, and what a busy machine adds. */
const arrivesMsMax = 40_000

describe('writing in the web mail', { timeout: 240_000 }, () => {
  let platform: Platform
  let web: WebMail | undefined
  let page: Page

  const isReady = inBrowser({
    boot: async () => (platform = await bootPlatform()),
    show: (opened) => void (web = opened),
  })

  it('answers above what is quoted, with a file', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    page = await web.open(platform.person('wl.chan'))
    await rowOf(page, '財務通告第 3/2026 號').click()
    await page.getByRole('heading', { name: /財務通告第 3\/2026 號/ }).waitFor()
    await page.keyboard.press('r')
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    await page.keyboard.type('Noted with thanks. 已收悉，謝謝。')
    await page.getByTestId('files').setInputFiles({
      name: '回條 reply slip.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('received\n'),
    })
    await attached(page).waitFor()
    await page.getByText('Draft saved').waitFor()
    await audit(page, 'writing')
  })

  it('has a draft again after the page was loaded anew', async (t) => {
    if (!(await isReady(t))) return
    await page.reload()
    await until('the draft to be there', arrivesMsMax, async () =>
      /Noted with thanks. 已收悉，謝謝。/.test(await written(page)),
    )
    await attached(page).waitFor()
    assert.match(await written(page), /一、請於下月底前提交/)
  })

  it('asks before it sends what was perhaps forgotten', async (t) => {
    if (!(await isReady(t))) return
    await page.getByLabel('Subject').fill('')
    await page.keyboard.press('Control+Enter')
    await page.getByText('It has no subject.').waitFor()
    await audit(page, 'doubts')
    await page.getByRole('button', { name: 'Keep writing' }).last().click()
    await page.getByLabel('Subject').fill('Re: 財務通告 reply slip')
  })

  it('sends by a key, takes it back by another, and sends it after all', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('Control+Enter')
    await page.locator('.toast', { hasText: /^Sent/ }).waitFor()
    await audit(page, 'sent')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back').waitFor()
    await attached(page).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.toast', { hasText: /^Sent/ }).waitFor()
  })

  it('knows the directory, and says who is outside and who only looks like one of ours', async (t) => {
    if (!(await isReady(t))) return
    await page.locator('.compose').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    const to = page.getByRole('combobox', { name: 'To' })
    await to.and(page.locator(':focus')).waitFor()
    await page.keyboard.type('家豪')
    const option = page.getByRole('option', { name: /Wong Ka-ho.*Transport Department/ })
    await option.waitFor()
    await audit(page, 'directory')
    await page.keyboard.press('Enter')
    await page.locator('.chip', { hasText: 'Wong Ka-ho' }).waitFor()
    await page.keyboard.type('citizen@elsewhere.test,')
    await page.locator('.chip', { hasText: 'Outside' }).waitFor()
    await page.getByText('Goes outside the government: elsewhere.test').waitFor()
    await page.getByText('The first message to citizen@elsewhere.test from here.').waitFor()
    await page.keyboard.type('kh.wong@td.g0v.example, nobody@td.gov.example,')
    await page.locator('.chip', { hasText: 'Look-alike' }).waitFor()
    await page.locator('.chip', { hasText: 'No such address' }).waitFor()
    await audit(page, 'warnings')
    await page.getByLabel('Subject').fill('Stop')
    await page.keyboard.press('Control+Enter')
    await page
      .getByRole('dialog', { name: 'Before it is sent' })
      .getByText('kh.wong@td.g0v.example is not of td.gov.example, though it looks like it.')
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await page.locator('.compose').waitFor({ state: 'detached' })
  })

  it('sends later, says when, and takes it back from where it waits', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('c')
    await page.getByRole('combobox', { name: 'To' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.type('kh.wong@td.gov.example,')
    await page.getByLabel('Subject').fill('Tomorrow 明天')
    await page.getByRole('button', { name: 'Send later' }).click()
    await page.getByRole('menuitem', { name: 'In two hours' }).and(page.locator(':focus')).waitFor()
    await audit(page, 'send later')
    await page.keyboard.press('Escape')
    await page
      .getByRole('button', { name: 'Send later' })
      .and(page.locator(':focus'))
      .press('Enter')
    await page.getByRole('menuitem', { name: /Tomorrow morning/ }).click()
    await page.locator('.toast', { hasText: /^Leaves .* 0?8:00/ }).waitFor()
    await page.locator('.compose').waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await rowOf(page, 'Tomorrow 明天').click()
    const notice = page.locator('.letter .notice', { hasText: /^Leaves / })
    await notice.waitFor()
    await audit(page, 'waiting')
    await notice.getByRole('button', { name: 'Take back' }).click()
    await page.locator('.toast', { hasText: 'Taken back' }).waitFor()
    await page.locator('.chip', { hasText: 'Wong Ka-ho' }).waitFor()
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await page.locator('.compose').waitFor({ state: 'detached' })
  })

  it('is marked by a choice, for readers and for programs, and says before what is refused', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('c')
    const to = page.getByRole('combobox', { name: 'To' })
    await to.and(page.locator(':focus')).waitFor()
    await page.keyboard.type('kh.wong@td.gov.example, citizen@elsewhere.test,')
    const subject = page.getByLabel('Subject')
    await subject.fill('Budget 預算')
    const marking = page.getByLabel('Marking')
    const confidential = marking.locator('option', { hasText: /^CONFIDENTIAL — only encrypted/ })
    assert.equal(await confidential.isDisabled(), true)
    await marking.selectOption('restricted')
    assert.equal(await subject.inputValue(), '[RESTRICTED] Budget 預算')
    await page.getByText('RESTRICTED: leaves the government only over a line').waitFor()
    await audit(page, 'marking')
    await page.getByRole('button', { name: 'Remove citizen@elsewhere.test' }).click()
    await subject.fill('[Confidential] Budget 預算')
    await page.getByText('CONFIDENTIAL: only encrypted from person to person').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.locator('.compose-fault', { hasText: 'only encrypted' }).waitFor()
    await audit(page, 'marking refused')
    await marking.selectOption('restricted')
    await page.keyboard.press('Control+Enter')
    await page.locator('.toast', { hasText: /^Sent/ }).waitFor()
    await page.locator('.compose').waitFor({ state: 'detached' })
    const reader = await readAs(platform, platform.person('kh.wong'))
    const uid = await until('it to arrive', arrivesMsMax, async () => {
      const [found] = await findSubject(reader, 'INBOX', '[RESTRICTED] Budget 預算')
      return found
    })
    const { fields } = structureOf(await sourceOf(reader, 'INBOX', uid))
    await reader.logout()
    assert.equal(fields['sio-label'], 'marking="RESTRICTED"')
  })

  it('reads, answers, sends and files by the keyboard alone, and the focus is never lost', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const desk = await web.open(platform.person('kh.wong'), { reducedMotion: 'reduce' })
    const focused = () =>
      desk.evaluate('document.activeElement?.className || document.activeElement?.id')
    await desk.keyboard.press('j')
    await desk.keyboard.press('Enter')
    await desk.locator('.letter.open').first().waitFor()
    const subject = await desk.locator('#conversation-subject').innerText()
    await desk.keyboard.press('r')
    await desk.getByRole('textbox', { name: 'Message' }).and(desk.locator(':focus')).waitFor()
    await desk.keyboard.type('Understood.')
    await desk.keyboard.press('Control+Enter')
    await desk.locator('.toast', { hasText: /^Sent/ }).waitFor()
    await desk.locator('.compose').waitFor({ state: 'detached' })
    assert.notEqual(await focused(), '', 'the focus after sending')
    await desk.keyboard.press('e')
    await rowOf(desk, subject).waitFor({ state: 'detached' })
    assert.notEqual(await focused(), '', 'the focus after filing')
    await desk.keyboard.press('z')
    await rowOf(desk, subject).waitFor()
    await desk.context().close()
  })

  it('is all there on a phone, in Chinese and in the dark', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const phone = await web.open(platform.person('wl.chan'), {
      viewport: { width: 360, height: 740 },
      locale: 'zh-HK',
      colorScheme: 'dark',
      hasTouch: true,
    })
    await phone.getByRole('button', { name: '新郵件' }).click()
    await phone.getByRole('combobox', { name: '收件人' }).and(phone.locator(':focus')).waitFor()
    await phone.keyboard.type('nobody')
    await phone.getByLabel('主旨').fill('會議')
    await phone.getByText('不是有效的地址：nobody').waitFor()
    await audit(phone, 'phone writing')
    const isTooWide = await phone.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )
    assert.equal(isTooWide, false)
    await phone.context().close()
  })

  it('has what was sent with its file, once', async (t) => {
    if (!(await isReady(t))) return
    const sender = platform.person('wl.chan')
    const reader = await readAs(platform, sender)
    const uids = await until('it to be in Sent', arrivesMsMax, async () => {
      const found = await findSubject(reader, 'Sent', 'Re: 財務通告 reply slip')
      return found.length > 0 ? found : undefined
    })
    assert.equal(uids.length, 1)
    await reader.logout()
  })

  it('had nothing to complain of', () => {
    assert.deepEqual(web?.faults ?? [], [])
  })
})

function written(page: Page): Promise<string> {
  return page.getByRole('textbox', { name: 'Message' }).innerText()
}

function attached(page: Page): Locator {
  return page.getByRole('list', { name: 'Attached files' }).getByText('回條 reply slip.txt')
}
