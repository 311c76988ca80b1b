/** Why a message was set aside, in plain words: the rule's own in English, and in Traditional Chinese. */
import { builtInRules } from '../../policy/rules.ts'

const chinese: Readonly<Record<string, string>> = {
  'own-domain-forged': '寄件人使用本機構的地址，但沒有證據顯示郵件由我們發出。',
  'own-domain-unknown': '寄件人使用本機構的地址，而目前無法核實郵件是否由我們發出。',
  'own-reverse-path-forged': '郵件信封使用本機構的地址，但並非由我們的系統發出。',
  'dmarc-reject': '寄件人的網域不承認此郵件，並要求拒收這類郵件。',
  'dmarc-quarantine': '寄件人的網域不承認此郵件，並要求隔離這類郵件。',
  'dmarc-none': '寄件人的網域不承認此郵件，但沒有提出要求。',
  'dmarc-unknown': '目前無法核實寄件人的網域是否承認此郵件。',
  'authors-unclear': '郵件沒有寄件人，或寄件人屬於多個網域，無法核實。',
  'spf-fail': '信封上的網域表示不會由該處發出郵件。',
  'look-alike': '寄件人的網域或顯示名稱與我們的十分相似。',
  'name-ours': '顯示名稱含有本機構的地址，但寄件人另有其人。',
  'first-contact': '收件人從未收過此寄件人的郵件。',
  external: '郵件來自其他系統。',
  'block-listed': '傳送此郵件的伺服器列於黑名單。',
  greylisted: '系統從未見過此寄件人，而其身分未經證實。',
  virus: '防毒程式發現郵件含有病毒。',
  'virus-unscanned': '防毒程式沒有回應。',
  'virus-too-large': '郵件太大，防毒程式無法檢查。',
  'spam-certain': '垃圾郵件過濾器確定這是垃圾郵件。',
  'spam-likely': '垃圾郵件過濾器認為這很可能是垃圾郵件。',
  'spam-maybe': '垃圾郵件過濾器懷疑這是垃圾郵件。',
  'spam-unscanned': '垃圾郵件過濾器沒有回應。',
  program: '附件是程式，或附件壓縮檔內有程式。',
  macros: '外來文件含有巨集。',
  'locked-archive': '外來壓縮檔設有密碼，無法檢查內容。',
  'unread-document': 'PDF 文件無法閱讀，未能檢查內容。',
  'unread-archive': '壓縮檔層數太多，或解壓後太大，未能檢查完畢。',
  'grade-too-high': '「機密」及「絕對機密」資料不得經本系統傳送。',
  'confidential-in-clear': '「機要」資料必須在人與人之間加密後才可傳送。',
  'confidential-kept-in-clear': '「機要」資料的草稿及副本必須加密保存。',
  'confidential-outside': '「機要」資料不論加密與否，均不得傳送至其他系統。',
  'restricted-outside': '「限閱」資料只可經已核實的 TLS 傳送至其他系統。',
  'automatic-outside': '由系統自動發出的郵件正送往其他系統。',
  'identity-number-outside': '郵件含有身份證號碼並送往其他系統。',
  'card-number-outside': '郵件含有付款卡號碼並送往其他系統。',
  'phone-list-outside': '郵件含有電話號碼名單並送往其他系統。',
  'address-list-outside': '郵件含有電郵地址名單並送往其他系統。',
  'bulk-identity-webmail': '郵件含有大量身份證號碼並送往公共電郵服務。',
  'account-rate': '寄件人一小時內的收件人數目遠超一般個人。',
  'department-rate': '該部門一小時內的收件人數目遠超平常。',
  'burst-outside': '寄件人短時間內寄往大量外部收件人，帳戶可能被盜用。',
}

export interface ReasonWords {
  readonly en: string
  readonly zh: string
}

/** A rule that a later release had, and this one does not know, is named. */
export function reasonWords(name: string): ReasonWords {
  const about = builtInRules.find((rule) => rule.name === name)?.about
  return { en: about ?? name, zh: chinese[name] ?? about ?? name }
}
