/** Threads of the demo's Transport Department: roads, signals, buses, rosters. */
import type { Topic } from './topics.ts'

const chan = 'wl.chan@td.gov.example'
const wong = 'kh.wong@td.gov.example'
const lee = 'my.lee@td.gov.example'
const ho = 'tk.ho@td.gov.example'
const roadWorks = 'roadworks@td.gov.example'

export const topicsOfTransport: readonly Topic[] = [
  {
    subject: 'Harbour Road resurfacing: night closures 12-16',
    to: [lee, roadWorks],
    cc: [chan],
    hasHtml: true,
    filed: 'Projects/Harbour Road 海濱路',
    turns: [
      {
        by: wong,
        text: 'The contractor confirms four nights, 2300 to 0500, one lane kept open for buses.\n\nPlease check that the diversion plan still fits route 15 and tell the police traffic desk.\nThe drawing is attached.',
        attach: [
          ['pdf', 'harbour-road-diversion.pdf'],
          ['photo', 'site-photo.png'],
        ],
      },
      {
        by: lee,
        text: 'Route 15 can turn at Pier Street; the operator needs five working days to post notices.\nI suggest we move the first night from the 12th to the 13th.',
      },
      { by: wong, text: 'Agreed, the 13th. Revised plan tomorrow.' },
      {
        by: lee,
        text: '已通知巴士公司及警方。告示將於星期五前貼出，附上中英文本。',
        attach: [['docx', '臨時交通安排告示.docx']],
      },
    ],
  },
  {
    subject: '交通燈故障：正街與海旁道交界',
    to: ['sto-tc@td.gov.example'],
    cc: [roadWorks],
    encoding: 'base64',
    isFlagged: true,
    turns: [
      {
        by: 'chan.siuming@mail.example',
        text: '你好：\n\n今早七時半左右，正街與海旁道交界的行人過路燈一直顯示紅燈，約有四十人在路口等候，有長者冒險橫過馬路。請盡快派員檢查。\n\n市民 陳小明',
      },
      {
        by: 'sto-tc@td.gov.example',
        text: '陳先生：\n\n多謝來信。控制中心於今早八時零五分已收到該路口感應器的故障訊號，維修人員於九時二十分修妥。我們會在未來一星期加強監察該路口。\n\n高級運輸主任（交通控制）',
      },
    ],
  },
  {
    subject: 'Duty roster for the public holidays',
    to: ['td-all@td.gov.example'],
    turns: [
      {
        by: 'seo-a2@td.gov.example',
        text: 'Dear colleagues,\n\nThe roster of the emergency transport centre over the holidays is attached. Please tell me of any clash by Friday noon; after that, exchanges are between yourselves with a copy to this post.',
        attach: [['csv', 'roster-holidays.csv']],
      },
      { by: ho, text: 'I can take the evening of the second day instead of Ka-ho.' },
      { by: wong, text: 'Thank you, that helps. I take your morning on the third.' },
    ],
  },
  {
    subject: '有關新界北巴士路線重組的地區諮詢摘要',
    to: [chan, wong],
    cc: ['as-policy3@pio.gov.example'],
    encoding: 'big5',
    filed: 'Consultation 諮詢',
    turns: [
      {
        by: lee,
        text: '各位同事：\n\n三場地區諮詢共收到一百三十七份意見。居民普遍支持增設特快班次，但對取消 73 號線的早班車有保留，認為會影響長者覆診。\n\n建議保留平日首兩班車，並在實施三個月後檢討。詳見附件。',
        attach: [['csv', '諮詢意見統計.csv']],
      },
      {
        by: chan,
        text: '同意保留首兩班車。請一併預備向區議會解釋的資料，並註明覆診時間與衞生署診所開放時間的對照。',
      },
      { by: lee, text: '資料已備妥，下星期二前可送閱。' },
    ],
  },
  {
    subject: 'Re-timing of signals on Queensway after the school term starts',
    to: [wong],
    encoding: 'quoted-printable',
    turns: [
      {
        by: ho,
        text: 'Counts from the three junctions are in. In the morning peak the southbound queue now clears in two cycles rather than four, and the average wait at the zebra crossing by the primary school fell from 68 to 41 seconds; the afternoon figures are less clear because two of the five days had heavy rain, so I would rather count again for another week before we change the plan for good — 下星期再點算一次較為穩妥。\n\nThe raw counts are attached.',
        attach: [['csv', 'queensway-counts.csv']],
      },
      { by: wong, text: 'Count again, then decide. No hurry before the end of the month.' },
    ],
  },
  {
    subject: 'Tender TD/2026/17: supply of parking meters, clarification no. 2',
    to: ['seo-a2@td.gov.example'],
    filed: 'Tenders',
    turns: [
      {
        by: 'bids@pearl-meters.example',
        text: 'Dear Sir or Madam,\n\nClause 7.3 asks for meters that read "contactless cards of all kinds in use". Please confirm that closed-loop transit cards are meant to be included, and whether the certificate of conformity may be submitted after the closing date.\n\nYours faithfully,\nPearl Meters Company Limited',
      },
      {
        by: 'seo-a2@td.gov.example',
        text: 'Dear Sirs,\n\nTransit cards are included. The certificate must reach us with the tender. This answer goes to all who collected the documents.\n\nSEO(A)2, Transport Department',
        attach: [['pdf', 'clarification-no-2.pdf']],
      },
    ],
  },
  {
    subject: '𨋢槽檢查安排：總部大樓 3 號𨋢',
    to: ['td-all@td.gov.example'],
    isRawHeader: true,
    turns: [
      {
        by: 'seo-a2@td.gov.example',
        text: '各位：\n\n總部大樓 3 號𨋢將於星期六上午九時至下午三時停用，以便進行槽道檢查。請使用 1 號及 2 號𨋢。不便之處，敬請原諒。',
      },
    ],
  },
]
