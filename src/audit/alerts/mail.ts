/** An alert as a mail to the security officer: plain words, in English and Traditional Chinese. */
import { readFile } from 'node:fs/promises'
import { createTransport } from 'nodemailer'
import { sendTimeoutMs } from './limits.ts'
import type { Alert, AlertRule, AlertSender } from './types.ts'

export interface MailOptions {
  readonly host: string
  readonly port: number
  readonly from: string
  readonly to: readonly string[]
  /** The file of its authority, PEM, where it is none the machine knows; read when it is needed. */
  readonly caPath: string | undefined
}

const titles: Readonly<Record<AlertRule, readonly [en: string, zh: string]>> = {
  'mass-reading': ['Many messages of others were read', '大量他人郵件被閱讀'],
  'non-owner-access': ['A mailbox was opened by somebody else', '郵箱被他人開啟'],
  'off-hours-privilege': ['A privilege was used out of hours', '非辦公時間使用特權'],
  'failed-sign-ins': ['Many sign-ins failed', '多次登入失敗'],
  'refused-acts': ['Somebody is trying doors', '多次未獲授權的嘗試'],
  'external-forwarding': ['Mail is forwarded to outside', '郵件被轉寄至政府以外'],
  'weaker-protection': ['A protection was changed', '保護措施被更改'],
  authority: ['The database holds what the platform did not write', '資料庫內容並非由平台寫入'],
  'certificate-ends': ['A certificate ends', '證書即將到期'],
  'audit-silence': ['The audit log hears nothing', '審計記錄中斷'],
  'chain-break': ['The audit trail has a break', '審計記錄出現缺口'],
}

/** TLS is required, and its certificate must be trusted. */
export function createAlertMail({ host, port, from, to, caPath }: MailOptions): AlertSender {
  return {
    name: 'mail',
    send: async (alert) => {
      const ca = caPath === undefined ? undefined : await readFile(caPath, 'utf8')
      const transport = openTransport(host, port, ca)
      const [en, zh] = titles[alert.rule]
      const subject = `Audit alert: ${en} 審計警報：${zh}`
      try {
        await transport.sendMail({ from, to: [...to], subject, text: textOf(alert) })
      } finally {
        transport.close()
      }
    },
  }
}

function openTransport(host: string, port: number, ca: string | undefined) {
  return createTransport({
    host,
    port,
    secure: false,
    requireTLS: true,
    tls: { servername: host, ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: sendTimeoutMs,
    greetingTimeout: sendTimeoutMs,
    socketTimeout: sendTimeoutMs,
  })
}

function textOf(alert: Alert): string {
  const [en, zh] = titles[alert.rule]
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ['When 時間', new Date(alert.at).toISOString()],
    ['Rule 規則', alert.rule],
    ['Entry 記錄', alert.seq === undefined ? undefined : `${alert.node} ${alert.seq}`],
    ['Who 人員', alert.who],
    ['About 對象', alert.about],
    ['Count 次數', alert.count],
  ]
  const facts = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return [
    `${en}.`,
    alert.sentence,
    `${zh}。`,
    '',
    ...facts,
    '',
    'Names are pseudonyms of the audit log. An auditor resolves them with a case number.',
    '名稱為審計記錄的代號，須由審計人員憑個案編號查閱。',
    '',
  ].join('\n')
}
