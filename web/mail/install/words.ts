import { defineWords } from '../../kit/words.ts'

export const installWords = defineWords({
  en: {
    name: 'Tamar Mail',
    shortName: 'Mail',
    description: 'Your mail, and that of the posts you hold',
    newRelease: 'A new version of this page is here.',
    takeIt: 'Load it',
    notSaved: 'What you are writing could not be saved, so the page was not loaded again.',
    uploading: 'A file is still being uploaded; load the new version after that.',
  },
  'zh-Hant-HK': {
    name: 'Tamar 電郵',
    shortName: '電郵',
    description: '你的電郵，以及你所擔任職位的電郵',
    newRelease: '本頁已有新版本。',
    takeIt: '載入新版本',
    notSaved: '未能儲存你正在撰寫的內容，因此沒有重新載入頁面。',
    uploading: '檔案仍在上載，請於完成後才載入新版本。',
  },
  'zh-Hans': {
    name: 'Tamar 邮箱',
    shortName: '邮箱',
    description: '您的邮件，以及您所任职位的邮件',
    newRelease: '本页已有新版本。',
    takeIt: '加载新版本',
    notSaved: '无法保存您正在撰写的内容，因此没有重新加载页面。',
    uploading: '文件仍在上传，请在完成后再加载新版本。',
  },
})
