import { defineWords } from '../../../kit/words.ts'

export const notifyWords = defineWords({
  en: {
    about:
      'While no window of the mail is open, this browser can say that new mail has come: “New mail” and how much is unread, never from whom or about what. The maker of the browser carries the sign, encrypted, and learns when it comes. It ends when you sign out.',
    nowhere: 'This platform does not reach the push services of browsers.',
    trying: 'Asking the browser’s push service…',
    off: 'This browser is not notified.',
    on: 'This browser is notified.',
    waiting: 'Turned on. Waiting for the first sign of the browser’s push service.',
    impossible: 'This browser cannot be notified. A private window never can.',
    denied: 'The browser does not allow notifications from here: see its own settings.',
    noService: 'The browser’s push service does not answer, or is turned off.',
    refused: 'That is not taken: perhaps there are too many already.',
    unreachable: 'The server cannot be reached. Try again in a moment.',
    turnOn: 'Notify this browser',
    turnOff: 'Turn off',
  },
  'zh-Hant-HK': {
    about:
      '沒有開啟電郵視窗時，此瀏覽器可通知你有新郵件：只顯示「新郵件」及未讀數目，絕不顯示寄件人或內容。通知經加密後由瀏覽器供應商傳遞，供應商只得知通知時間。登出後通知即停止。',
    nowhere: '本平台未能連接瀏覽器的推送服務。',
    trying: '正在連接瀏覽器的推送服務…',
    off: '此瀏覽器不會收到通知。',
    on: '此瀏覽器會收到通知。',
    waiting: '已開啟，正等候瀏覽器推送服務的首次訊號。',
    impossible: '此瀏覽器不能接收通知；私密視窗均不能接收。',
    denied: '瀏覽器不允許本網站發出通知，請檢查瀏覽器設定。',
    noService: '瀏覽器的推送服務沒有回應，或已關閉。',
    refused: '未獲接受，可能數目過多。',
    unreachable: '未能連接伺服器，請稍後再試。',
    turnOn: '通知此瀏覽器',
    turnOff: '關閉',
  },
  'zh-Hans': {
    about:
      '没有打开邮件窗口时，此浏览器可以通知您有新邮件：只显示“新邮件”和未读数量，绝不显示发件人或内容。通知经加密后由浏览器厂商传递，厂商只知道通知的时间。退出登录后通知即停止。',
    nowhere: '本平台无法连接浏览器的推送服务。',
    trying: '正在连接浏览器的推送服务…',
    off: '此浏览器不会收到通知。',
    on: '此浏览器会收到通知。',
    waiting: '已开启，正在等待浏览器推送服务的首次信号。',
    impossible: '此浏览器不能接收通知；隐私窗口都不能接收。',
    denied: '浏览器不允许本网站发出通知，请检查浏览器设置。',
    noService: '浏览器的推送服务没有响应，或已关闭。',
    refused: '未被接受，可能数量过多。',
    unreachable: '无法连接服务器，请稍后再试。',
    turnOn: '通知此浏览器',
    turnOff: '关闭',
  },
})
