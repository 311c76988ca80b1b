/**
 * Messages as an office has them, the same for the same seed: sizes spread log-normally about 25 KB,
 * one in ten with an attachment of 200 KB, English and Chinese, text with HTML, replies in threads.
 */
import { type Random, seededRandom } from '../src/app/demo/random.ts'

const meanTextOctets = 25_000
/** Spread of the logarithm: the median is half the mean. */
const sigma = 1.1
/** 205 KB once it is base64. */
const attachmentOctets = 150_000
const attachmentShare = 0.1
const chineseShare = 0.35
const replyShare = 0.4
const textOctetsMin = 400
const textOctetsMax = 400_000

const english =
  'the minutes of the meeting are attached please reply before friday the department has considered your proposal and finds that further study of the traffic at the junction is needed subject to approval by the committee we shall issue the revised schedule next week with the figures for each district and an estimate of cost'.split(
    ' ',
  )
const chinese =
  '請於星期五前回覆 有關會議記錄現已上載 本署已研究貴處建議 需要進一步評估交通流量 經委員會批准後將發出修訂時間表 各區數字及預算見附件 多謝合作 如有查詢請致電聯絡'.split(
    ' ',
  )

/** Everything but the fields that make a message its own. */
export interface Body {
  readonly subject: string
  readonly octets: Buffer
}

/** Bodies are made before the clock runs; so many different ones are enough to defeat caches. */
export function makeBodies(count: number, seed: number): readonly Body[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => makeBody(random))
}

/** Header and body of one message; `name` is unlike that of any other. */
export function makeMessage(body: Body, name: string, to: string): readonly Buffer[] {
  const reply = Number.parseInt(name.slice(-3), 36) / 36 ** 3 < replyShare
  const lines = [
    `Received: from relay.sender.example (relay.sender.example [192.0.2.25])`,
    `\tby mx.sender.example with ESMTPS id ${name}; Mon, 23 Nov 2026 09:00:00 +0800`,
    `From: "CHAN Tai Man" <sender@sender.example>`,
    `To: <${to}>`,
    `Subject: ${reply ? 'Re: ' : ''}${body.subject}`,
    'Date: Mon, 23 Nov 2026 09:00:00 +0800',
    `Message-ID: <${name}@sender.example>`,
    ...(reply ? [`In-Reply-To: <first-${name}@sender.example>`] : []),
    'MIME-Version: 1.0',
  ]
  return [Buffer.from(`${lines.join('\r\n')}\r\n`), body.octets]
}

function makeBody(random: Random): Body {
  const isChinese = random() < chineseShare
  const octets = clamp(meanTextOctets * Math.exp(sigma * normal(random) - (sigma * sigma) / 2))
  const text = makeText(random, octets / 3, isChinese)
  const html = `<html><body><p>${makeText(random, (octets * 2) / 3, isChinese)}</p></body></html>\r\n`
  const alternative = multipart('alternative', [textPart('plain', text), textPart('html', html)])
  const hasAttachment = random() < attachmentShare
  const whole = hasAttachment
    ? multipart('mixed', [alternative, attachmentPart(random)])
    : alternative
  const words = isChinese ? chinese : english
  const subject = pickSome(random, words, 4)
  return { subject: encodeSubject(subject), octets: Buffer.from(`${whole}\r\n`) }
}

const clamp = (octets: number) => Math.min(textOctetsMax, Math.max(textOctetsMin, octets))

/** Box and Muller's way from even to normal. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function makeText(random: Random, octets: number, isChinese: boolean): string {
  const words = isChinese ? chinese : english
  const lines: string[] = []
  for (let made = 0; made < octets;) {
    const line = pickSome(random, words, isChinese ? 3 : 11)
    lines.push(line)
    made += Buffer.byteLength(line) + 2
  }
  return `${lines.join('\r\n')}\r\n`
}

function pickSome(random: Random, words: readonly string[], count: number): string {
  return Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ')
}

/** RFC 2047 §4.1, short enough for one encoded word. */
function encodeSubject(text: string): string {
  const short = text.slice(0, 15)
  // oxlint-disable-next-line no-control-regex -- what is not ASCII needs encoding
  if (/^[\x00-\x7f]*$/.test(text)) return text
  return `=?utf-8?B?${Buffer.from(short).toString('base64')}?=`
}

const textPart = (subtype: string, text: string) =>
  `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}`

/** Octets that do not compress, as most attachments' do not. */
function attachmentPart(random: Random): string {
  const octets = Buffer.alloc(attachmentOctets)
  for (let at = 0; at < octets.length; at += 4) octets.writeUInt32LE(random() * 2 ** 32, at)
  const base64 = octets.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  const type = 'Content-Type: application/pdf; name="report.pdf"'
  return `${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`
}

function multipart(subtype: string, parts: readonly string[]): string {
  const boundary = `=_${subtype}`
  const type = `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n`
  return `${type}${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`
}
