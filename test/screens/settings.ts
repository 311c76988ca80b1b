/** The settings, section by section; the look of the section is taken when what it reads is there. */
import type { Page } from 'playwright-core'
import { sections, type Section } from '../../web/mail/app/route.ts'

/** What stands there once a section has been read. */
const signs: Readonly<Record<Section, string>> = {
  look: '.choice',
  shortcuts: '.help',
  security: '.lines, .none',
  devices: '.line',
  notify: '.notify, .none',
  offline: '.offline',
  deleted: '.lines, .none',
  opened: '.lines, .none',
  delegates: '.lines, .none',
  away: '.away',
  signatures: '.rich-text',
  filters: '.lines, .none',
  programs: '.lines, .none',
  governing: '.entries .line',
}

export async function takeSettings(
  page: Page,
  take: (screen: string) => Promise<void>,
): Promise<void> {
  const place = page.url()
  await page.keyboard.press(',')
  await page.locator('.settings-list').waitFor()
  if ((page.viewportSize()?.width ?? 0) < 768) await take('settings')
  for (const section of sections) {
    await page.goto(`${place}?screen=settings&section=${section}`)
    await page.locator(`.settings :is(${signs[section]})`).first().waitFor()
    await take(`settings-${section}`)
  }
  await page.goto(place)
  await page.locator('.message .subject').first().waitFor()
}
