/** In the browser: a stranger's mail says so; what was deleted for good comes back, one's own and a post's. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { inBrowser } from '../support/in-browser.ts'
import { sendAs, sendFromOutside } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { audit, rowOf as row, type WebMail } from '../support/web-mail.ts'

const post = 'seo-a2@td.gov.example'

describe('a stranger, and mail that was deleted', { timeout: 240_000 }, () => {
  let names: NameServer
  let platform: Platform
  let web: WebMail | undefined
  let page: Page

  const isReady = inBrowser({
    boot: async () => {
      names = await NameServer.start({})
      // Mail of this machine is judged as a stranger's.
      const environment = { TAMAR_TRUST_RELAYS: '192.0.2.1', TAMAR_TRUST_RESOLVERS: names.address }
      return (platform = await bootPlatform({ environment }))
    },
    show: async (opened) => {
      web = opened
      page = await opened.open(platform.person('wl.chan'))
    },
  })
  after(() => names[Symbol.asyncDispose]())

  /** Into the deleted items, and out of them for good; by keys. */
  const deleteForGood = async (subject: string) => {
    await row(page, subject).click()
    await page.keyboard.press('#')
    await row(page, subject).waitFor({ state: 'detached' })
    await page.locator('.mailboxes').getByRole('button', { name: 'Deleted items' }).click()
    await row(page, subject).click()
    await page.keyboard.press('#')
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click()
    await row(page, subject).waitFor({ state: 'detached' })
  }
  const putBack = async (subject: string) => {
    await page.keyboard.press(',')
    await page.locator('.settings-list a[href*="section=deleted"]').click()
    const button = page.getByRole('button', { name: `Put back: ${subject}` })
    await button.waitFor()
    await audit(page, 'recently deleted')
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByText('The message is back.').waitFor()
    await button.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.locator('.settings').waitFor({ state: 'detached' })
    await page.locator('.mailboxes').getByRole('button', { name: 'Inbox' }).first().click()
    await row(page, subject).waitFor()
  }

  it('says of a stranger that he is one, once, and of nobody inside', async (t) => {
    if (!(await isReady(t))) return
    const outside = sendFromOutside(platform)
    const { address } = platform.person('wl.chan')
    const from = 'new@stranger.example'
    const marks = page.locator('.letter.open .marks')
    for (const subject of ['The first letter', 'The second letter']) {
      await outside.sendMail({ from, to: address, subject, text: 'Good morning' })
      await row(page, subject).click()
      await page.getByRole('heading', { name: subject }).waitFor()
      await marks.getByText('From outside the government.').waitFor()
      const isNew = marks.getByText('You have not had mail from this address before.')
      assert.equal(await isNew.count(), subject === 'The first letter' ? 1 : 0)
    }
    outside.close()
    await audit(page, 'marks')
    await row(page, '財務通告第 3/2026 號').click()
    await page.locator('.text-body', { hasText: '一、請於下月底前提交' }).waitFor()
    assert.equal(await marks.count(), 0)
  })

  it('gives back what was deleted for good, by keys', async (t) => {
    if (!(await isReady(t))) return
    await deleteForGood('The first letter')
    await putBack('The first letter')
  })

  it('does the same for a post', async (t) => {
    if (!(await isReady(t))) return
    const sender = sendAs(platform, platform.person('kh.wong'))
    const from = platform.person('kh.wong').address
    await sender.sendMail({ from, to: post, subject: 'To the post', text: 'x' })
    sender.close()
    await page.locator('.account.acting', { hasText: 'SEO(A)2' }).click()
    await page.getByText(/You act as /).waitFor()
    await row(page, 'To the post').waitFor()
    await deleteForGood('To the post')
    await putBack('To the post')
  })

  it('had nothing to complain of', () => assert.deepEqual(web?.faults ?? [], []))
})
