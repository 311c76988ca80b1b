/**
 * Tells the owner of an account that it is nearly full, in English and Traditional Chinese. It goes into the
 * mailbox even when that has no room left.
 */
import type { Clock } from '../base/clock.ts'
import type { Quota } from '../store/types.ts'
import { composeNotice } from './notice.ts'
import type { StorePort } from './ports.ts'

export interface QuotaNotice {
  readonly accountId: string
  /** The account's own address: who is told. */
  readonly address: string
  readonly quota: Quota
  /** How long what is deleted can be had back; it counts in no quota. */
  readonly recoverableDays: number
}

export interface NoticeParts {
  readonly store: Pick<StorePort, 'prepare' | 'arrive'>
  readonly clock: Clock
  readonly hostname: string
}

export async function sendQuotaNotice(parts: NoticeParts, notice: QuotaNotice): Promise<void> {
  const { store } = parts
  const subject = 'Your mailbox is nearly full 你的郵箱即將用滿'
  const { id, content } = composeNotice(parts, {
    to: notice.address,
    subject,
    text: noticeText(notice),
  })
  await store.arrive(await store.prepare(content), {
    accountId: notice.accountId,
    trace: Buffer.from('Return-Path: <>\r\n'),
    sameness: Buffer.from(id),
    isExempt: true,
  })
}

function noticeText({ address, quota, recoverableDays }: QuotaNotice): string {
  const { usedOctets, limitOctets, usedMessages, limitMessages } = quota
  const en: string[] = []
  const zh: string[] = []
  if (limitOctets !== undefined) {
    const use = `${megabytes(usedOctets)} / ${megabytes(limitOctets)} MB (${share(usedOctets, limitOctets)} %)`
    en.push(`    Room used: ${use}`)
    zh.push(`    已用空間：${use}`)
  }
  if (limitMessages !== undefined) {
    const use = `${usedMessages} / ${limitMessages} (${share(usedMessages, limitMessages)} %)`
    en.push(`    Messages: ${use}`)
    zh.push(`    郵件數目：${use}`)
  }
  return [
    `The mailbox ${address} is nearly full.`,
    '',
    ...en,
    '',
    'When it is full, new mail waits at its sender and comes back to him after some days.',
    'Delete what is no longer needed: deleted messages do not count, and can be had back for',
    `${recoverableDays} days from the mailbox "Recoverable Items". You may also ask your department for more room.`,
    '',
    `郵箱 ${address} 即將用滿。`,
    '',
    ...zh,
    '',
    '郵箱用滿後，新郵件會留在寄件人一方，數日後退回。',
    `請刪除不再需要的郵件：已刪除的郵件不佔用空間，並可於 ${recoverableDays} 日內在郵箱「Recoverable Items」`,
    '中取回。你亦可向所屬部門申請更多空間。',
    '',
  ].join('\r\n')
}

function megabytes(octets: number): string {
  return (octets / 1_000_000).toFixed(octets < 100_000_000 ? 1 : 0)
}

/** Rounded down: nearly full is not full. */
function share(used: number, limit: number): number {
  return limit === 0 ? 100 : Math.floor((used * 100) / limit)
}
