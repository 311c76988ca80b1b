/** What an owner is told of mail that was set aside for him, in English and Traditional Chinese. */
import { dayMs } from '../../base/clock.ts'
import { formatDate } from '../../mime/date.ts'
import type { HeldCopy } from '../../queue/held/types.ts'
import { reasonWords } from './reasons.ts'

export interface Digest {
  /** The account's own address. */
  readonly address: string
  readonly copies: readonly HeldCopy[]
  /** How long what is held is kept. */
  readonly heldDays: number
}

export const digestSubject = 'Mail was set aside for you 有寄給你的郵件被隔離'

export function digestText({ address, copies, heldDays }: Digest): string {
  const waiting = copies.filter(({ ended }) => ended === undefined)
  const ended = copies.filter((copy) => copy.ended !== undefined)
  const lines = [
    ...(waiting.length === 0 ? [] : waitingHead(address)),
    ...waiting.flatMap((copy) => [...about(copy), ...untilWhen(copy, heldDays), '']),
    ...(ended.length === 0 ? [] : endedHead(address)),
    ...ended.flatMap((copy) => [...about(copy), ...howEnded(copy), '']),
  ]
  return lines.join('\r\n')
}

function waitingHead(address: string): readonly string[] {
  return [
    `This mail to ${address} was set aside and is not in your mailbox. Who sent it was not told.`,
    'If you expected a message, ask for it by its number: `tamar held request NUMBER`. An administrator',
    'then decides. You need not do anything about the others.',
    '',
    `以下寄給 ${address} 的郵件已被隔離，並未放入你的郵箱，寄件人亦未獲通知。`,
    '如你正等候其中的郵件，可按編號要求放行：`tamar held request 編號`，由管理員決定。其餘郵件無須理會。',
    '',
  ]
}

function endedHead(address: string): readonly string[] {
  return [
    `This mail to ${address} had been set aside and will not be delivered:`,
    `以下寄給 ${address} 的郵件曾被隔離，現不會送達：`,
    '',
  ]
}

function about({ id, heldAt, facts }: HeldCopy): readonly string[] {
  const { en, zh } = reasonWords(facts.reason)
  return [
    `From 寄件人: ${facts.from === '' ? '-' : facts.from}`,
    `    Subject 主旨: ${facts.subject === '' ? '-' : facts.subject}`,
    `    Time 時間: ${formatDate(heldAt)}`,
    `    Why 原因: ${en}`,
    `        ${zh}`,
    `    Number 編號: ${id}`,
  ]
}

function untilWhen({ heldAt, facts }: HeldCopy, heldDays: number): readonly string[] {
  const until = formatDate(heldAt + heldDays * dayMs)
  const kept = `    Kept until 保留至: ${until}`
  if (!facts.isDangerous) return [kept]
  return [kept, '    A virus is in it: it is never delivered. 郵件含有病毒，不會放行。']
}

function howEnded({ ended }: HeldCopy): readonly string[] {
  return ended === 'expired'
    ? ['    Its time is over: nobody let it go. 保留期已過，未獲放行。']
    : ['    An administrator refused it. 管理員不予放行。']
}
