import { defineWords } from '../../kit/words.ts'

export const offlineWords = defineWords({
  en: {
    notKept:
      'Perhaps the network is away. None of your mail is kept on this device; it comes back by itself with the connection.',
    kept: 'Perhaps the network is away. What you have read is kept on this device, sealed: your passkey opens it.',
    open: 'Read what is on this device',
    closed: 'It did not open.',
    notLive:
      'No connection: this is your mail as of {when}. It can be read; a change needs the connection.',
    reading: 'No connection: you read what is on this device, as of {when}.',
    refused:
      'That takes a connection. Without one, what is on this device can be read, and nothing more.',
    noNetwork: 'There is no connection: nothing was changed. Try again when it is back.',
    noSearch: 'Searching takes a connection. The mailboxes hold what is on this device.',
    notOpened: 'This message is not on this device: it was not opened here before.',
    noFile: 'This file is not on this device.',
  },
  'zh-Hant-HK': {
    notKept: '可能是網絡中斷。你的郵件不會儲存在這部裝置上，恢復連線後便會自動顯示。',
    kept: '可能是網絡中斷。你讀過的郵件已加密存於這部裝置，可用通行密鑰開啟。',
    open: '閱讀這部裝置上的郵件',
    closed: '未能開啟。',
    notLive: '沒有連線：郵件截至{when}，可閱讀；更改須待恢復連線。',
    reading: '沒有連線：現正閱讀這部裝置上的郵件，截至{when}。',
    refused: '此操作需要連線。沒有連線時，只可閱讀這部裝置上的郵件。',
    noNetwork: '沒有連線，未作任何更改。請於恢復連線後再試。',
    noSearch: '搜尋需要連線。各郵箱內有這部裝置上的郵件。',
    notOpened: '此郵件不在這部裝置上：之前未曾在此開啟。',
    noFile: '此檔案不在這部裝置上。',
  },
  'zh-Hans': {
    notKept: '可能是网络中断。您的邮件不会存储在这台设备上，恢复连接后便会自动显示。',
    kept: '可能是网络中断。您读过的邮件已加密保存在这台设备上，可用通行密钥打开。',
    open: '阅读这台设备上的邮件',
    closed: '未能打开。',
    notLive: '没有连接：邮件截至{when}，可阅读；更改须待恢复连接。',
    reading: '没有连接：正在阅读这台设备上的邮件，截至{when}。',
    refused: '此操作需要连接。没有连接时，只能阅读这台设备上的邮件。',
    noNetwork: '没有连接，未作任何更改。请在恢复连接后再试。',
    noSearch: '搜索需要连接。各邮箱内有这台设备上的邮件。',
    notOpened: '此邮件不在这台设备上：之前未曾在此打开。',
    noFile: '此文件不在这台设备上。',
  },
})
