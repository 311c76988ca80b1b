import { defineWords } from '../../../kit/words.ts'

export const deviceWords = defineWords({
  en: {
    about:
      'Browsers in which you are signed in to this mail. A session you end is over everywhere within half a minute. One you do not know? End it and change your password.',
    unknown: 'Unknown browser',
    current: 'This one',
    from: 'From {address}',
    signedIn: 'Signed in {at}',
    used: 'Last used about {at}',
    end: 'End',
    endOf: 'End the session of {client}',
    endOthers: 'End all others',
    ended: 'The session has ended.',
    othersEnded: 'All other sessions have ended.',
  },
  'zh-Hant-HK': {
    about:
      '以下瀏覽器現已登入你的電郵。結束登入後，該瀏覽器會在半分鐘內失效。如有不認識的項目，請結束登入並更改密碼。',
    unknown: '不明瀏覽器',
    current: '此瀏覽器',
    from: '來自 {address}',
    signedIn: '登入時間：{at}',
    used: '最近使用：約 {at}',
    end: '結束',
    endOf: '結束 {client} 的登入',
    endOthers: '結束所有其他登入',
    ended: '已結束登入。',
    othersEnded: '已結束所有其他登入。',
  },
  'zh-Hans': {
    about:
      '以下浏览器已登录您的邮箱。结束登录后，该浏览器会在半分钟内失效。如有不认识的项目，请结束登录并更改密码。',
    unknown: '未知浏览器',
    current: '当前浏览器',
    from: '来自 {address}',
    signedIn: '登录时间：{at}',
    used: '最近使用：约 {at}',
    end: '结束',
    endOf: '结束 {client} 的登录',
    endOthers: '结束所有其他登录',
    ended: '已结束登录。',
    othersEnded: '已结束所有其他登录。',
  },
})
