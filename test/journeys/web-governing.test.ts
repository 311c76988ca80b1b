/** In the browser: two people approve an act, a list is moderated, and the trail says who did what. ADR 0060. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { ask, openToken } from '../support/admin-api.ts'
import { inBrowser } from '../support/in-browser.ts'
import { sendAs } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { audit, type WebMail } from '../support/web-mail.ts'

const reason = 'Posting order 12/2026'
const path = 'people/kk.ng@dh.gov.example/roles/security-officer'

const officers = [
  ['kh.wong', 'central-administrator'],
  ['sf.lam', 'security-officer'],
  ['yw.tang', 'security-officer'],
  ['ml.fung', 'auditor'],
] as const

describe('governing in the browser', { timeout: 240_000 }, () => {
  let platform: Platform
  let web: WebMail | undefined
  let lam: Page
  let tang: Page

  const isReady = inBrowser({
    boot: async () => {
      platform = await bootPlatform()
      for (const [name, role] of officers)
        await tamar(platform, 'role', 'grant', platform.person(name).address, role)
      return platform
    },
    show: async (opened) => {
      web = opened
      lam = await opened.open(platform.person('sf.lam'))
      tang = await opened.open(platform.person('yw.tang'))
    },
  })
  const openSection = async (page: Page, section: string) => {
    await page.locator('.message .subject').first().waitFor()
    await page.keyboard.press(',')
    await page.locator(`.settings-list a[href*="section=${section}"]`).click()
  }
  const leave = async (page: Page) => {
    await page.keyboard.press('Escape')
    await page.locator('.settings').waitFor({ state: 'detached' })
  }
  const partOf = (page: Page, title: string) => page.locator(`.part[aria-label="${title}"]`)
  const waitingOf = (page: Page) => partOf(page, 'Waiting for your consent')
  const hasRole = async () =>
    JSON.stringify(await tamar(platform, 'role', 'list')).includes('kk.ng@dh.gov.example')

  it('takes a passkey for an office, where the admin API alone would ask for a code', async (t) => {
    if (!(await isReady(t))) return
    const cdp = await lam.context().newCDPSession(lam)
    await cdp.send('WebAuthn.enable')
    const device = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const
    const owner = { hasUserVerification: true, isUserVerified: true }
    const options = { ...device, ...owner, automaticPresenceSimulation: true }
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options })
    await openSection(lam, 'security')
    await lam.getByLabel(/^Name, e\.g\./).fill('Office notebook')
    await lam.getByRole('button', { name: 'Add a passkey' }).click()
    await lam.getByText('The passkey was added.').waitFor()
    await leave(lam)
    const { address, password } = platform.person('sf.lam')
    assert.equal(await openToken(platform, address, password), undefined)
  })

  it('shows each of two officers all of what is asked, and does it when both have agreed', async (t) => {
    if (!(await isReady(t))) return
    const wong = platform.person('kh.wong')
    const token = await openToken(platform, wong.address, wong.password)
    assert.ok(token)
    const asked = await ask(platform, path, { method: 'PUT', token, reason, body: {} })
    assert.equal(asked.status, 202, JSON.stringify(asked.body))

    await openSection(lam, 'governing')
    const shown = waitingOf(lam).locator('.line')
    for (const text of ['kk.ng@dh.gov.example', wong.address, 'central administrator', reason])
      await shown.getByText(text).first().waitFor()
    await audit(lam, 'a request that waits')
    await shown.getByRole('button', { name: /^Approve: / }).click()
    await lam.getByRole('dialog', { name: 'Approve this?' }).waitFor()
    await audit(lam, 'the question')
    await lam.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await lam.getByText('You agreed. It waits for another person.').waitFor()
    assert.equal(await hasRole(), false, 'one yes is not enough')
    await lam.getByText('Nothing waits for you.').waitFor()
    await leave(lam)

    // She says again who she is, as after five minutes.
    const tooOld = { status: 403, json: { code: 'confirm-needed', status: 403 } }
    await tang.route('**/auth/office', (route) => route.fulfill(tooOld), { times: 1 })
    await openSection(tang, 'governing')
    await tang.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor()
    await audit(tang, 'who she is')
    await tang.getByLabel('Your password').fill(platform.person('yw.tang').password)
    await tang.getByRole('button', { name: 'Confirm', exact: true }).click()
    const second = waitingOf(tang).locator('.line')
    await second.getByText(platform.person('sf.lam').address).waitFor()
    await second.getByRole('button', { name: /^Approve: / }).click()
    await tang.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await tang.getByText('Approved, and done.').waitFor()
    assert.equal(await hasRole(), true)
  })

  it('refuses with a reason, which who asked can read', async (t) => {
    if (!(await isReady(t))) return
    const { address, password } = platform.person('kh.wong')
    const token = await openToken(platform, address, password)
    assert.ok(token)
    const of = 'people/ch.leung@pio.gov.example/roles/security-officer'
    const { body } = await ask(platform, of, { method: 'PUT', token, reason, body: {} })
    await leave(tang)
    await openSection(tang, 'governing')
    await waitingOf(tang)
      .getByRole('button', { name: /^Refuse: / })
      .click()
    await tang.getByLabel('Why you refuse').fill('There is no such order')
    await audit(tang, 'a refusal')
    await tang.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
    await tang.getByText('Refused.').waitFor()
    const { body: after } = await ask(platform, `approvals/${String(body['approvalId'])}`, {
      token,
    })
    assert.equal(after['state'], 'refused')
    assert.match(JSON.stringify(after['ended']), /There is no such order/)
    await leave(tang)
  })

  it('lets through what waits for a list, by its owner alone', async (t) => {
    if (!(await isReady(t))) return
    const list = 'circulars@pio.gov.example'
    const sender = platform.person('ps.kwok')
    const program = sendAs(platform, sender)
    const mail = { from: sender.address, to: list, text: 'To all departments' }
    await program.sendMail({ ...mail, subject: 'Circular 9/2026' })
    program.close()
    await openSection(lam, 'governing')
    await lam.getByText('No message waits for a list of yours.').waitFor()
    await leave(lam)
    await openSection(tang, 'governing')
    const part = partOf(tang, 'Waiting for your lists')
    await part.getByText(`From ${sender.address}`).waitFor()
    await audit(tang, 'what waits for a list')
    await part.getByRole('button', { name: /^Let through to / }).click()
    await tang.getByText('It goes to the members of the list.').waitFor()
    await leave(tang)
    await lam.locator('.message', { hasText: 'Circular 9/2026' }).first().waitFor()
  })

  it('shows everybody what he did himself, and all of the trail to an auditor', async (t) => {
    if (!(await isReady(t))) return
    await openSection(tang, 'governing')
    const own = partOf(tang, 'Audit trail')
    await own.getByText('list.moderate').first().waitFor()
    assert.equal(await own.getByLabel('Whose acts').count(), 0)
    assert.ok(web)
    const fung = await web.open(platform.person('ml.fung'))
    await openSection(fung, 'governing')
    const all = partOf(fung, 'Audit trail')
    await all.locator('.entries .line').first().waitFor()
    assert.equal(await all.getByText('list.moderate').count(), 0)
    await all.getByLabel('Whose acts').selectOption('all')
    await all.getByText('list.moderate').first().waitFor()
    await audit(fung, 'the trail')
  })

  it('had nothing to complain of', () => {
    const faults = (web?.faults ?? []).filter((fault) => !/status of 403/.test(fault))
    assert.deepEqual(faults, [])
  })
})
