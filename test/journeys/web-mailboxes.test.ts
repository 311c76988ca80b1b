/** In the browser: mailboxes are made, called otherwise, put elsewhere, marked and deleted; a mail program sees the same. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { inBrowser } from '../support/in-browser.ts'
import { readAs } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { audit, rowOf, type WebMail } from '../support/web-mail.ts'

describe('mailboxes in the browser', { timeout: 240_000 }, () => {
  let platform: Platform
  let web: WebMail | undefined
  let page: Page

  const isReady = inBrowser({
    boot: async () => (platform = await bootPlatform()),
    show: async (opened) => {
      web = opened
      page = await opened.open(platform.person('wl.chan'))
    },
  })
  const pane = () => page.getByRole('navigation', { name: 'Mailboxes' })
  const mailbox = (name: string) => pane().getByRole('button', { name, exact: true })
  const fromMenu = async (name: string, item: string) => {
    await page.getByRole('button', { name: `Mailbox ${name}: more` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const namesByImap = async () => {
    await using reader = await readAs(platform, platform.person('wl.chan'))
    return (await reader.list()).map(({ path }) => path)
  }

  it('makes a mailbox and one within it, by keys, and says when a name is taken', async (t) => {
    if (!(await isReady(t))) return
    await pane().getByRole('button', { name: 'New mailbox…' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Name', { exact: true }).fill('Harbour 海港')
    await audit(page, 'a new mailbox')
    await page.keyboard.press('Enter')
    await mailbox('Harbour 海港').and(page.locator('[aria-current]')).waitFor()
    await fromMenu('Harbour 海港', 'New mailbox within…')
    await page.getByLabel('Name', { exact: true }).fill('Pier 4')
    await page.keyboard.press('Enter')
    await mailbox('Pier 4').waitFor()
    await pane().getByRole('button', { name: 'New mailbox…' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Harbour 海港')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is a mailbox of that name already.').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('a/b')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('cannot have that name').waitFor()
    await page.keyboard.press('Escape')
    const names = await namesByImap()
    assert.ok(names.includes('Harbour 海港/Pier 4'), names.join(', '))
  })

  it('calls a mailbox otherwise and puts it elsewhere, with what is in it', async (t) => {
    if (!(await isReady(t))) return
    await mailbox('Pier 4').click()
    await fromMenu('Pier 4', 'Name and place…')
    const within = page.getByLabel('Within')
    const offered = await within.locator('option').allTextContents()
    assert.ok(!offered.some((each) => each.includes('Pier 4')), 'not within itself')
    await page.getByLabel('Name', { exact: true }).fill('Piers')
    await within.selectOption({ label: 'No other mailbox' })
    await page.getByRole('button', { name: 'Save' }).click()
    await mailbox('Piers').waitFor()
    const names = await namesByImap()
    assert.ok(names.includes('Piers') && !names.includes('Harbour 海港/Pier 4'), names.join(', '))
  })

  it('keeps favourites and colours in this browser', async (t) => {
    if (!(await isReady(t))) return
    await mailbox('Piers').click()
    await fromMenu('Piers', 'Add to favourites')
    await fromMenu('Piers', 'Colour…')
    await page.getByText('Teal').click()
    await audit(page, 'the colour of a mailbox')
    await page.getByRole('button', { name: 'Close' }).last().click()
    await page.reload()
    const favourites = page.getByRole('list', { name: 'Favourites' })
    const shortcut = favourites.getByRole('button', { name: 'Piers' })
    await shortcut.waitFor()
    assert.equal(await shortcut.getAttribute('data-colour'), 'teal')
    await audit(page, 'favourites')
  })

  it('deletes a mailbox after a question; what was in it can be had back', async (t) => {
    if (!(await isReady(t))) return
    await mailbox('Inbox').first().click()
    const subject = '財務通告第 3/2026 號'
    await rowOf(page, subject).click()
    await page.keyboard.press('v')
    await page.getByRole('menuitem', { name: 'Piers' }).click()
    await page.getByRole('list', { name: 'Favourites' }).getByRole('button').click()
    await rowOf(page, subject).waitFor()
    await fromMenu('Piers', 'Delete mailbox')
    await audit(page, 'a question before a mailbox is deleted')
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click()
    await mailbox('Piers').first().waitFor({ state: 'detached' })
    await mailbox('Inbox').and(page.locator('[aria-current]')).waitFor()
    await page.keyboard.press(',')
    await page.locator('.settings-list a[href*="section=deleted"]').click()
    await page.getByRole('button', { name: `Put back: ${subject}` }).waitFor()
    assert.ok(!(await namesByImap()).includes('Piers'))
    assert.deepEqual(web?.faults, [])
  })
})
