import { defineWords } from '../../kit/words.ts'

export const settingsWords = defineWords({
  en: {
    title: 'Settings',
    toMail: 'Back to mail',
    toList: 'All settings',
    sections: 'Settings',
    page: 'This page',
    look: 'Language and appearance',
    shortcuts: 'Keyboard shortcuts',
  },
  'zh-Hant-HK': {
    title: '設定',
    toMail: '返回電郵',
    toList: '所有設定',
    sections: '設定',
    page: '本頁',
    look: '語言及外觀',
    shortcuts: '鍵盤快捷鍵',
  },
  'zh-Hans': {
    title: '设置',
    toMail: '返回邮箱',
    toList: '全部设置',
    sections: '设置',
    page: '本页',
    look: '语言与外观',
    shortcuts: '键盘快捷键',
  },
})
