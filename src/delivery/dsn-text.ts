/** What a sender reads in a report: plain words in English and Traditional Chinese. */
import type { Millis } from '../base/clock.ts'
import { formatDate } from '../mime/date.ts'
import type { Report } from '../queue/types.ts'

const words = {
  failed: {
    subject: 'Not delivered 郵件未能送達',
    en: 'Your message could not be delivered to:',
    zh: '你的郵件未能送達以下收件人：',
    endEn: 'It will not be tried again. The header of your message is attached.',
    endZh: '系統不會再嘗試傳送。隨附你的郵件標頭。',
  },
  delayed: {
    subject: 'Delayed 郵件延遲',
    en: 'Your message has not been delivered yet to:',
    zh: '你的郵件尚未送達以下收件人：',
    endEn: 'You need not do anything: it will be tried again.',
    endZh: '你無須採取行動：系統會再次嘗試傳送。',
  },
  delivered: {
    subject: 'Delivered 郵件已送達',
    en: 'As you asked to be told: your message was delivered to:',
    zh: '按你的要求通知：你的郵件已送達以下收件人：',
    endEn: 'This says nothing about whether it was read.',
    endZh: '本通知並不表示收件人已閱讀郵件。',
  },
  relayed: {
    subject: 'Passed on 郵件已轉交',
    en: 'Your message was passed on to another system for:',
    zh: '你的郵件已轉交另一個系統，收件人如下：',
    endEn: 'It may have been delivered there; this system will not hear of it.',
    endZh: '郵件可能已在該處送達，但本系統不會得知。',
  },
} as const satisfies Record<Report['kind'], Readonly<Record<string, string>>>

export function dsnSubject(kind: Report['kind']): string {
  return words[kind].subject
}

export function dsnText(
  kind: Report['kind'],
  reports: readonly Report[],
  expiresAt: Millis | undefined,
): string {
  const { en, zh, endEn, endZh } = words[kind]
  const list = reports.map(
    ({ recipient, reply }) =>
      `    ${recipient.forwardPath}` +
      (reply === undefined ? '' : `\r\n        ${reply.code} ${reply.enhanced} ${reply.text}`),
  )
  const until = expiresAt === undefined || kind !== 'delayed' ? '' : formatDate(expiresAt)
  const untilEn = until === '' ? '' : ` It is tried until ${until}.`
  const untilZh = until === '' ? '' : `系統會嘗試至 ${until}。`
  return [
    en,
    '',
    ...list,
    '',
    `${endEn}${untilEn}`,
    '',
    zh,
    '',
    ...list,
    '',
    `${endZh}${untilZh}`,
    '',
  ].join('\r\n')
}
