import { defineWords } from '../kit/words.ts'

export const notificationWords = defineWords({
  en: { newMail: 'New mail', unread_one: '{n} unread', unread_other: '{n} unread' },
  'zh-Hant-HK': { newMail: '新郵件', unread_one: '{n} 封未讀', unread_other: '{n} 封未讀' },
  'zh-Hans': { newMail: '新邮件', unread_one: '{n} 封未读', unread_other: '{n} 封未读' },
})
