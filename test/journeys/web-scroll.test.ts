/**
 * Scrolling over a long mailbox in Debian's Chromium: no task of the page holds a frame up, and nowhere is
 * paper where a row should be. Every message is a conversation of its own, so there are as many rows.
 * `TAMAR_SCROLL_MESSAGES=100000` is the whole of it (docs/benchmarks.md); without it some thousands.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { fill } from '../../bench/big-mailbox.ts'
import { ImapClient } from '../../bench/imap-client.ts'
import { tasksWhile } from '../support/main-thread.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform } from '../support/platform.ts'
import { bundleWebMail, WebMail } from '../support/web-mail.ts'

const count = Number(process.env['TAMAR_SCROLL_MESSAGES'] ?? 3_000)
const isWhole = count >= 100_000
/** Of a processor: what others on the machine take is not the page's. */
const taskMsMax = 50
const fillTimeoutMs = 600_000
/** As a wheel that is spun hard: some ninety rows a second. */
const stepPx = 100
const frames = isWhole ? 1_500 : 300
const jumps = isWhole ? 40 : 10

/** What the page measured of itself. */
interface Measured {
  readonly frames: number
  /** Frames with paper in sight where a row should be. */
  readonly blankFrames: number
  /** Frames with rows in sight that are drawn and whose message is not known yet. */
  readonly waitingFrames: number
  readonly frameMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** From a jump to all rows in sight with their messages. */
  readonly jumpMs: { readonly p50: number; readonly max: number }
}

test(
  'scrolls over a long mailbox without a task too long or a blank row',
  { timeout: 2 * fillTimeoutMs },
  async (t) => {
    if (!needs(t, 'chromium') || !needs(t, 'certutil')) return
    bundleWebMail()
    await using platform = await bootPlatform()
    const { address: user, appPassword: pass } = platform.person('wl.chan')
    const imap = await ImapClient.signIn(
      { host: 'localhost', port: platform.port('imaps') },
      { user, pass },
      true,
    )
    await imap.must('CREATE Big')
    await fill(imap, 'Big', count, messageOf)
    await imap.logout()

    await using web = await WebMail.start(platform)
    const page = await web.open(platform.person('wl.chan'))
    await page
      .getByRole('link', { name: /^Big/ })
      .or(page.getByRole('button', { name: /^Big/ }))
      .first()
      .click()
    await page.locator('.message .subject', { hasText: `Letter ${count - 1}` }).waitFor()
    const rows = await page.locator('#message-list').getAttribute('aria-rowcount')
    assert.equal(Number(rows), count)

    let measured: Measured | undefined
    const tasks = await tasksWhile(web.browser, page, async () => {
      const asked = JSON.stringify({ stepPx, frames, jumps })
      measured = await page.evaluate<Measured>(`(${scroll})(${asked})`)
    })
    const longestMs = Math.round(tasks[0]?.cpuMs ?? 0)
    const overByClock = tasks.filter(({ wallMs }) => wallMs > taskMsMax).length
    t.diagnostic(
      JSON.stringify({ count, ...measured, tasks: tasks.length, longestMs, overByClock }),
    )
    assert.equal(measured?.frames, frames)
    assert.equal(measured.blankFrames, 0)
    assert.ok(longestMs > 0 && longestMs <= taskMsMax, `the longest task took ${longestMs} ms`)
    // The last row is there, and is the first that came.
    await page.locator('#message-list').focus()
    await page.keyboard.press('End')
    await page.locator('.message .subject', { hasText: /^Letter 0$/ }).waitFor()
    assert.ok(await isLastInSight(page))
    assert.deepEqual(web.faults, [])
  },
)

function isLastInSight(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const box = document.getElementById('message-list').getBoundingClientRect()
    const [last] = [...document.querySelectorAll('.virtual-row')].slice(-1)
    return Math.abs(last.getBoundingClientRect().bottom - box.bottom) <= 1
  })()`)
}

function messageOf(at: number): Buffer {
  const name = `Person ${at % 97}`
  return Buffer.from(
    `From: "${name}" <p${at % 97}@b.example>\r\nTo: c@d.example\r\nSubject: Letter ${at}\r\n` +
      `Message-ID: <scroll-${at}@b.example>\r\nDate: Mon, 03 Jun 2024 09:${String(at % 60).padStart(2, '0')}:00 +0800\r\n\r\n` +
      `Letter ${at}: please reply before Friday. 請於星期五前回覆。\r\n`,
  )
}

/** In the page. What is looked at is what the frame will show: after it was scrolled, before it is drawn anew. */
const scroll = `async ({ stepPx, frames, jumps }) => {
  const box = document.getElementById('message-list')
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const inSight = () => {
    const { top, bottom } = box.getBoundingClientRect()
    return [...box.querySelectorAll('.virtual-row')]
      .map((row) => ({ row, rect: row.getBoundingClientRect() }))
      .filter(({ rect }) => rect.bottom > top && rect.top < bottom)
  }
  const look = () => {
    const rows = inSight()
    const { top, bottom } = box.getBoundingClientRect()
    // A line of the edge and of what is rounded.
    const isCovered = rows.length > 0 && rows[0].rect.top <= top + 2 && rows.at(-1).rect.bottom >= bottom - 2
    const isClosed = rows.every(({ rect }, at) => at === 0 || rect.top - rows[at - 1].rect.bottom <= 1)
    const isWaiting = rows.some(({ row }) => row.querySelector('.waiting') !== null)
    return { isBlank: !isCovered || !isClosed, isWaiting }
  }
  const times = []
  let blankFrames = 0
  let waitingFrames = 0
  let before = await frame()
  for (let at = 0; at < frames; at++) {
    box.scrollTop += stepPx
    const { isBlank, isWaiting } = look()
    if (isBlank) blankFrames++
    if (isWaiting) waitingFrames++
    const now = await frame()
    times.push(now - before)
    before = now
  }
  const jumpTimes = []
  for (let at = 0; at < jumps; at++) {
    // All over the list, never twice to one place.
    box.scrollTop = (box.scrollHeight - box.clientHeight) * ((at * 0.618034) % 1)
    const from = performance.now()
    for (;;) {
      await frame()
      const { isBlank, isWaiting } = look()
      if (!isBlank && !isWaiting) break
      if (performance.now() - from > 20_000) throw new Error('rows did not come')
    }
    jumpTimes.push(performance.now() - from)
  }
  const quantile = (all, q) => Math.round(all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))])
  return {
    frames: times.length,
    blankFrames,
    waitingFrames,
    frameMs: { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) },
    jumpMs: { p50: quantile(jumpTimes, 0.5), max: quantile(jumpTimes, 1) },
  }
}`
