import { defineWords } from '../../../kit/words.ts'

export const readingOfflineWords = defineWords({
  en: {
    about:
      'What you read in this browser is kept on this device, sealed, so that you can read it again without a network. Your passkey alone opens it. Kept are the lists you look at, the messages you open, and pictures and attachments you look at (up to 5 MB each), 50 MB in all. It goes when you sign out, when your session is ended, or when somebody else signs in here; two weeks without a connection end it too.',
    on: 'What you read from now on is kept on this device.',
    off: 'Nothing is kept on this device.',
    noSecret:
      'That gave no secret to seal with. It takes a passkey that can (PRF): some devices have none, and one made some time ago may have to be made anew.',
    failed: 'This browser keeps nothing: perhaps it is a private window, or its disk is full.',
    unreachable: 'The server cannot be reached. Try again in a moment.',
    turnOn: 'Keep what I read on this device',
    turnOff: 'Remove it from this device',
  },
  'zh-Hant-HK': {
    about:
      '你在此瀏覽器讀過的郵件會加密存於這部裝置，沒有網絡時仍可再讀，且只有你的通行密鑰能開啟。包括看過的郵件清單、開啟過的郵件，以及看過的圖片和附件（每個不超過 5 MB），合共不超過 50 MB。登出、登入被終止，或他人在此登入時，會全部刪除；兩星期沒有連線亦會刪除。',
    on: '由現在起，你讀過的郵件會存於這部裝置。',
    off: '這部裝置沒有儲存任何郵件。',
    noSecret:
      '未能取得加密所需的密鑰。須使用支援此功能（PRF）的通行密鑰；部分裝置不支援，較早建立的密鑰或須重新建立。',
    failed: '此瀏覽器不能儲存郵件，可能是私密視窗，或儲存空間已滿。',
    unreachable: '未能連接伺服器，請稍後再試。',
    turnOn: '在這部裝置保留讀過的郵件',
    turnOff: '從這部裝置移除',
  },
  'zh-Hans': {
    about:
      '您在此浏览器读过的邮件会加密保存在这台设备上，没有网络时仍可再读，且只有您的通行密钥能打开。包括看过的邮件列表、打开过的邮件，以及看过的图片和附件（每个不超过 5 MB），合计不超过 50 MB。退出登录、登录被终止，或他人在此登录时，会全部删除；两周没有连接也会删除。',
    on: '从现在起，您读过的邮件会保存在这台设备上。',
    off: '这台设备没有保存任何邮件。',
    noSecret:
      '未能取得加密所需的密钥。须使用支持此功能（PRF）的通行密钥；部分设备不支持，较早创建的密钥可能须重新创建。',
    failed: '此浏览器不能保存邮件，可能是隐私窗口，或存储空间已满。',
    unreachable: '无法连接服务器，请稍后再试。',
    turnOn: '在这台设备保留读过的邮件',
    turnOff: '从这台设备移除',
  },
})
