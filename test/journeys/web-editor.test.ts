/** Formatted text in the web mail, as it is written and as it arrives: Debian's Chromium on the whole platform. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { corpus } from '../hostile-mail/show.ts'
import { findSubject, readAs, sendAs } from '../support/mail-programs.ts'
import { needs, python } from '../support/needs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { sourceOf, structureOf, type Structure } from '../support/structure.ts'
import { until } from '../support/until.ts'
import { drawIcon } from '../../web/icons.ts'
import { audit, bundleWebMail, rowOf, WebMail } from '../support/web-mail.ts'

/** The time to think again, and what a busy machine adds. */
const arrivesMsMax = 40_000

const picture = drawIcon({ pixels: 48, isMaskable: false })

const circular = `<style>p { color: red }</style>
<p style="font-weight: bold">Dear <i>all</i>, 各位：</p><ol><li>one</li><li>two</li></ol>
<table border="1"><tr><td>lift</td><td>3</td></tr></table>
<img src="https://tracker.example/t.gif" width="1"><script>document.title = 'ran'</script>
<blockquote>earlier <a href="https://www.gov.hk/x">there</a></blockquote>`

describe('formatted text in the web mail', { timeout: 300_000 }, () => {
  let platform: Platform
  let web: WebMail | undefined
  let page: Page
  let author: Person
  let reader: Person

  before(async () => {
    bundleWebMail()
    platform = await bootPlatform()
    author = platform.person('wl.chan')
    reader = platform.person('kh.wong')
    await sendAs(platform, reader).sendMail({
      from: reader.address,
      to: author.address,
      subject: 'Circular 通告',
      html: circular,
    })
  })
  after(async () => {
    await web?.[Symbol.asyncDispose]()
    await platform[Symbol.asyncDispose]()
  })

  const isReady = async (t: TestContext) => {
    if (!needs(t, 'chromium') || !needs(t, 'certutil') || !needs(t, python)) return false
    web ??= await WebMail.start(platform)
    return true
  }
  const text = () => page.getByRole('textbox', { name: 'Message' })
  const html = () => text().innerHTML()
  const widths = () =>
    page.evaluate<number[]>(
      `[...document.querySelectorAll('.rich-text img.picture')].map(({ naturalWidth }) => naturalWidth)`,
    )
  const arrived = async (subject: string): Promise<Structure> => {
    const program = await readAs(platform, reader)
    const uid = await until('it to arrive', arrivesMsMax, async () => {
      const [found] = await findSubject(program, 'INBOX', subject)
      return found
    })
    const octets = await sourceOf(program, 'INBOX', uid)
    await program.logout()
    return structureOf(octets)
  }

  it('quotes what was laid out, cleaned, and writes above it by the keyboard', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    page = await web.open(author)
    await rowOf(page, 'Circular 通告').click()
    await page.locator('.letter.open').first().waitFor()
    await page.keyboard.press('r')
    await text().and(page.locator(':focus')).waitFor()
    await page.keyboard.type('Noted, ')
    await page.keyboard.press('Control+b')
    await page.keyboard.type('gladly')
    await page.keyboard.press('Control+b')
    await page.keyboard.type('. See https://www.td.gov.hk/a?b=1, please.')
    await page.keyboard.press('Enter')
    await page.keyboard.type('- 甲')
    await page.keyboard.press('Enter')
    await page.keyboard.type('乙')
    const shown = await html()
    assert.match(
      shown,
      /<p>Noted, <strong>gladly<\/strong>\. See <a href="https:\/\/www\.td\.gov\.hk\/a\?b=1"/,
    )
    assert.match(shown, /<ul><li><p>甲<\/p><\/li><li><p>乙<\/p><\/li><\/ul>/)
    assert.match(shown, /<blockquote><p><strong>Dear <em>all<\/em>, 各位：<\/strong><\/p><ol>/)
    assert.match(shown, /<table border="1">/)
    assert.doesNotMatch(shown, /script|style|tracker|onclick/)
    await audit(page, 'formatted')
  })

  it('is a tool bar to the keyboard, and leads back to the text', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('Alt+F10')
    const tool = (name: string) =>
      page.getByRole('toolbar', { name: 'Formatting' }).getByLabel(name)
    await tool('Bold').and(page.locator(':focus')).waitFor()
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
    await tool('Bulleted list').and(page.locator(':focus')).waitFor()
    assert.equal(await tool('Bulleted list').getAttribute('aria-pressed'), 'true')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    assert.match(await html(), /<ol><li><p>甲<\/p><\/li><li><p>乙/)
    await page.keyboard.press('Escape')
    await text().and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('the form')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.press('Control+k')
    await page.getByLabel('Address').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('javascript:alert(1)')
    await page.keyboard.press('Enter')
    await page.getByText('This is no address of a page or a mailbox.').waitFor()
    await audit(page, 'link')
    await page.getByLabel('Address').fill('www.gov.hk/form')
    await page.keyboard.press('Enter')
    await text().and(page.locator(':focus')).waitFor()
    assert.match(await html(), /<a href="https:\/\/www\.gov\.hk\/form"[^>]*>the form<\/a>/)
    // Tab never holds anybody in the text.
    await page.keyboard.press('Tab')
    await text().and(page.locator(':not(:focus)')).waitFor()
    await text().focus()
  })

  it('takes what an input method composes, once, and is not closed by its keys', async (t) => {
    if (!(await isReady(t))) return
    await text()
      .locator('p')
      .first()
      .click({ position: { x: 1, y: 8 } })
    const devtools = await page.context().newCDPSession(page)
    for (const composed of ['ㄓ', 'ㄓㄨ', 'ㄓㄨㄥ', '中'])
      await devtools.send('Input.imeSetComposition', {
        text: composed,
        selectionStart: composed.length,
        selectionEnd: composed.length,
      })
    await devtools.send('Input.insertText', { text: '中' })
    await devtools.send('Input.imeSetComposition', {
      text: 'wen',
      selectionStart: 3,
      selectionEnd: 3,
    })
    await devtools.send('Input.insertText', { text: '文' })
    assert.match(await html(), /^<p>中文Noted, <strong>gladly/)
    assert.doesNotMatch(await html(), /ㄓ|wen/)
    await text().dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true })
    await text().waitFor()
  })

  it('has the draft again after the page was loaded anew, formatted as it was', async (t) => {
    if (!(await isReady(t))) return
    await page.getByText('Draft saved').waitFor()
    const before = await html()
    await page.reload()
    await until('the draft to be there', arrivesMsMax, async () => (await text().count()) === 1)
    assert.equal(await html(), before)
  })

  it('becomes plain text and formatted text again, and is as it was', async (t) => {
    if (!(await isReady(t))) return
    const before = await html()
    const plain = page.getByRole('button', { name: 'Plain text only' })
    await plain.click()
    await page.locator('textarea.compose-text').waitFor()
    const words = await text().inputValue()
    assert.match(
      words,
      /^中文Noted, gladly\. See https:\/\/www\.td\.gov\.hk\/a\?b=1, please\.\n\n1\. 甲\n2\. 乙/,
    )
    assert.match(words, /\n> Dear all, 各位：\n/)
    assert.match(words, /\n> lift\t3\n/)
    await audit(page, 'plain')
    await plain.click()
    await page.locator('.rich-text').waitFor()
    assert.equal(await html(), before)
  })

  it('arrives in both forms, as another parser reads it', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('Control+Enter')
    await page.locator('.toast', { hasText: /^Sent/ }).waitFor()
    const { type, parts, fields, defects } = await arrived('Re: Circular 通告')
    assert.deepEqual([type, defects], ['multipart/alternative', []])
    assert.match(fields['in-reply-to'] ?? '', /@/)
    const [plain, formatted] = parts
    assert.deepEqual([plain?.type, formatted?.type, parts.length], ['text/plain', 'text/html', 2])
    assert.match(plain?.text ?? '', /^中文Noted, gladly\..*\n\n1\. 甲\n2\. 乙/)
    assert.match(plain?.text ?? '', /the form <https:\/\/www\.gov\.hk\/form>/)
    assert.match(formatted?.text ?? '', /<p>中文Noted, <strong>gladly<\/strong>/)
    assert.match(formatted?.text ?? '', /<blockquote type="cite" style="[^"]*">/)
    assert.match(formatted?.text ?? '', /<td><p>lift<\/p><\/td><td><p>3<\/p><\/td>/)
    assert.doesNotMatch(formatted?.text ?? '', /script|tracker|onclick|color: red/)
  })

  it('runs nothing and fetches nothing of what is pasted or dropped', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const own = await web.open(author, { complains: false })
    const left: string[] = []
    own.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(platform.ready.listeners.https) && !url.startsWith('blob:'))
        left.push(url)
    })
    own.on('dialog', (dialog) => left.push(dialog.message()))
    own.on('console', (message) => {
      // The room in which it is read refuses it too, and says so; the page itself has nothing to refuse.
      const said = `${message.text()} ${message.location().url}`
      const isOfRoom = /\/mail\/message-frame|^Setting the document's base URI/.test(said)
      if (message.type() === 'error' && !isOfRoom) left.push(message.text())
    })
    await own.keyboard.press('c')
    await own.locator('.rich-text').waitFor()
    const attacks = corpus.map(({ message }) => htmlOf(message)).filter((one) => one !== '')
    assert.ok(attacks.length > 150, `${attacks.length} attacks`)
    const found = await own.evaluate(`(${pasteAll})(${JSON.stringify(attacks)})`)
    assert.deepEqual(found, { strange: [], ran: null, title: await own.title() })
    assert.deepEqual(left, [])
    await own.locator('.compose .discard').click()
    await own.locator('.compose').waitFor({ state: 'detached' })
    await own.context().close()
  })

  it('keeps of a word processor what it means', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('c')
    await text().click()
    await paste(page, {
      'text/html': `<html xmlns:o="urn:x"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment-->
<p class="MsoNormal"><b><span style="font-family:標楷體;color:#C00000">緊急</span></b><span> notice</span><o:p></o:p></p>
<p class="MsoNormal"><u>Line</u></p><!--EndFragment--></body></html>`,
      'text/plain': '緊急 notice\nLine',
    })
    await text().getByText('notice').waitFor()
    assert.match(await html(), /<p><strong>緊急<\/strong> notice<\/p><p><u>Line<\/u><\/p>/)
    await page.keyboard.press('Control+z')
    await text().getByText('notice').waitFor({ state: 'detached' })
    await paste(page, { 'text/plain': '一\n二\n\n三 <b>' })
    assert.match(await html(), /<p>一<br>二<\/p><p>三 &lt;b&gt;<\/p>/)
    await page.locator('.compose .discard').click()
    await page.locator('.compose').waitFor({ state: 'detached' })
  })

  it('shows pictures within the text while it is written, and again from the draft', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press('c')
    await page.getByRole('combobox', { name: 'To' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.type(`${reader.address},`)
    await page.getByLabel('Subject').fill('Site photographs 相片')
    await text().click()
    await page.keyboard.type('Before ')
    await page.getByTestId('pictures').setInputFiles({
      name: 'north kerb.png',
      mimeType: 'image/png',
      buffer: picture,
    })
    await text().getByRole('img', { name: 'north kerb' }).waitFor()
    await pastePicture(page)
    await until('two pictures', arrivesMsMax, async () => (await widths()).length === 2)
    await page.keyboard.type(' after')
    await page.getByTestId('pictures').setInputFiles({
      name: 'whole site.png',
      mimeType: 'image/png',
      buffer: Buffer.concat([picture, Buffer.alloc(5_000_000)]),
    })
    await page.getByText(/^Attached as a file: whole site\.png\. .* 60 pictures of 5/).waitFor()
    await audit(page, 'pictures')
    await page.getByRole('button', { name: 'Remove whole site.png' }).click()
    await page.getByText('Draft saved').waitFor()
    await page.reload()
    await until('both to be shown', arrivesMsMax, async () => {
      const shown = await widths()
      return shown.length === 2 && shown.every((width) => width === 48)
    })
    assert.equal(await page.getByRole('list', { name: 'Attached files' }).count(), 0)
    // Between two pictures the editor draws a place for the caret, which is no picture.
    const shown = (await html()).replaceAll(/<img class="ProseMirror-separator"[^>]*>/g, '')
    assert.match(shown, /^<p>Before <img[^>]*><img[^>]*> after<\/p>/)
  })

  it('sends them inline under the ids that the text names', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    await page.keyboard.press('Control+Enter')
    await page.locator('.toast', { hasText: /^Sent/ }).waitFor()
    const { type, parts, defects } = await arrived('Site photographs 相片')
    assert.deepEqual([type, defects], ['multipart/related', []])
    const [body, ...pictures] = parts
    assert.deepEqual(
      body?.parts.map((each) => each.type),
      ['text/plain', 'text/html'],
    )
    assert.equal(body?.parts[0]?.text?.trim(), 'Before [north kerb][…] after')
    const named = [...(body?.parts[1]?.text ?? '').matchAll(/<img src="cid:([^"]+)"/g)]
    assert.deepEqual(
      pictures.map(({ type, disposition, fields, octets }) => [
        type,
        disposition,
        fields['content-id'],
        octets,
      ]),
      named.map(([, cid]) => ['image/png', 'inline', `<${cid}>`, picture.length]),
    )
    assert.equal(pictures.length, 2)
    // And quoted they stay where they were.
    const desk = await web.open(reader)
    await rowOf(desk, 'Site photographs 相片').click()
    await desk.locator('.letter.open').first().waitFor()
    await desk.keyboard.press('r')
    const quoted = desk.locator('.rich-text blockquote img.picture')
    await until('them to be quoted', arrivesMsMax, async () => (await quoted.count()) === 2)
    assert.equal(await desk.locator('.compose-files').count(), 0)
    await desk.locator('.compose .discard').click()
    await desk.context().close()
  })

  it('signs each letter as the settings say, formatted and in words', async (t) => {
    if (!(await isReady(t))) return
    await page.locator('.compose').waitFor({ state: 'detached' })
    await page.keyboard.press(',')
    await page.locator('.settings-list a[href*="section=signatures"]').click()
    const signature = page.getByRole('textbox', { name: 'Signature' })
    await signature.click()
    await page.keyboard.press('Control+b')
    await page.keyboard.type('Chan Wai-ling 陳慧玲')
    await page.keyboard.press('Control+b')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('SEO(A)2')
    await audit(page, 'settings: a signature')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('.toast', { hasText: 'Signature kept' }).waitFor()
    await page.getByRole('button', { name: 'Back to mail' }).click()
    await page.locator('.settings').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    await text().waitFor()
    const signed =
      /<div class="tamar-signature"><p><strong>Chan Wai-ling 陳慧玲<\/strong><br>SEO\(A\)2<\/p><\/div>$/
    assert.match(await html(), signed)
    await page.getByRole('button', { name: 'Plain text only' }).click()
    assert.equal(await text().inputValue(), '-- \nChan Wai-ling 陳慧玲\nSEO(A)2')
    await page.locator('.compose .discard').click()
    await page.locator('.compose').waitFor({ state: 'detached' })
  })

  it('is nothing but words where one wants that', async (t) => {
    if (!(await isReady(t))) return
    await page.keyboard.press(',')
    await page.locator('.settings-list a[href*="section=look"]').click()
    await page.getByRole('radio', { name: /^Plain text/ }).check()
    await audit(page, 'settings: look')
    await page.getByRole('button', { name: 'Back to mail' }).click()
    await page.locator('.settings').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    await page.getByRole('combobox', { name: 'To' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.type(`${reader.address},`)
    await page.getByLabel('Subject').fill('Words only')
    await page.locator('textarea.compose-text').fill('<b>Words</b>')
    await page.keyboard.press('Control+Enter')
    const { type, text: words } = await arrived('Words only')
    assert.deepEqual([type, words?.trim()], ['text/plain', '<b>Words</b>'])
  })

  it('is all there on a phone, in Chinese and in the dark', async (t) => {
    if (!(await isReady(t)) || web === undefined) return
    const phone = await web.open(author, {
      viewport: { width: 360, height: 740 },
      locale: 'zh-HK',
      colorScheme: 'dark',
      hasTouch: true,
    })
    await phone.getByRole('button', { name: '新郵件' }).click()
    await phone.getByRole('toolbar', { name: '格式' }).waitFor()
    await phone.getByRole('textbox', { name: '內容' }).fill('會議改於下午三時。')
    await phone.getByRole('button', { name: '粗體' }).click()
    await audit(phone, 'phone formatted')
    const isTooWide = await phone.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )
    assert.equal(isTooWide, false)
    await phone.context().close()
  })

  it('had nothing to complain of', () => {
    assert.deepEqual(web?.faults ?? [], [])
  })
})

/** The HTML of a message that is nothing else. */
function htmlOf(message: string): string {
  const at = message.indexOf('\r\n\r\n')
  if (!/^Content-Type: text\/html/im.test(message.slice(0, at))) return ''
  return Buffer.from(message.slice(at), 'base64').toString()
}

async function paste(page: Page, data: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer()
    for (const [type, value] of Object.entries(${JSON.stringify(data)})) clipboardData.setData(type, value)
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    document.querySelector('.rich-text').dispatchEvent(event)
  })()`)
}

/** As a clipboard has it that took it from another page: the picture, and where it was. */
async function pastePicture(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const octets = Uint8Array.from(atob('${picture.toString('base64')}'), (c) => c.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', '<img src="https://tracker.example/p.png">')
    clipboardData.items.add(new File([octets], 'image.png', { type: 'image/png' }))
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    document.querySelector('.rich-text').dispatchEvent(event)
  })()`)
}

/** Runs in the page: each is pasted and dropped, and what is there then is looked at. */
const pasteAll = `async (attacks) => {
  const place = document.querySelector('.rich-text')
  place.focus()
  const allowed = /^(?:P|BR|DIV|H1|H2|H3|UL|OL|LI|BLOCKQUOTE|TABLE|TBODY|TR|TD|STRONG|EM|U|A|IMG|SPAN)$/
  const attributes = /^(?:href|rel|class|border|colspan|rowspan|start|type|contenteditable|draggable|data-placeholder|src|alt|width|height|data-cid)$/
  const strange = new Set()
  const look = () => {
    for (const element of place.querySelectorAll('*')) {
      if (!allowed.test(element.nodeName)) strange.add(element.nodeName)
      for (const { name, value } of element.attributes)
        if (!attributes.test(name) || /^\\s*(?:javascript|data|vbscript):/i.test(value))
          strange.add(element.nodeName + ' ' + name + '=' + value.slice(0, 40))
    }
  }
  const { left, top } = place.getBoundingClientRect()
  for (const html of attacks) {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', html)
    const shared = { bubbles: true, cancelable: true }
    place.dispatchEvent(new ClipboardEvent('paste', { clipboardData, ...shared }))
    const at = { clientX: left + 20, clientY: top + 20 }
    place.dispatchEvent(new DragEvent('drop', { dataTransfer: clipboardData, ...at, ...shared }))
    await new Promise((resolve) => setTimeout(resolve))
    look()
    const all = new Range()
    all.selectNodeContents(place)
    getSelection().removeAllRanges()
    getSelection().addRange(all)
    await new Promise((resolve) => setTimeout(resolve))
  }
  look()
  return { strange: [...strange], ran: window.tamarRan ?? null, title: document.title }
}`
