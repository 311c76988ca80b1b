/** Threads of the demo's Department of Health: clinics, vaccines, press lines, stock. */
import type { Topic } from './topics.ts'

const lam = 'sf.lam@dh.gov.example'
const cheung = 'cm.cheung@dh.gov.example'
const yip = 'hc.yip@dh.gov.example'
const ng = 'kk.ng@dh.gov.example'
const clinics = 'clinics@dh.gov.example'
const medicalOfficer = 'pmo-clinics1@dh.gov.example'

export const topicsOfHealth: readonly Topic[] = [
  {
    subject: 'Press line: seasonal influenza vaccination, first week',
    to: [lam, cheung],
    cc: ['ps.kwok@pio.gov.example'],
    hasHtml: true,
    isFlagged: true,
    turns: [
      {
        by: yip,
        text: 'Draft line to take, for clearance by 1500 today:\n\n"In the first week some 42,000 people received the vaccine, about 9 per cent more than last year. Supplies are sufficient. People aged 65 or above may walk in at any clinic without an appointment."\n\n中文稿：「首星期約有四萬二千人接種，較去年同期多約百分之九。疫苗供應充足。六十五歲或以上市民可直接前往任何診所接種，毋須預約。」',
      },
      {
        by: lam,
        text: 'Cleared, with one change: "some clinics" must read "all sixteen clinics"; the two in the north opened on Monday.',
      },
      { by: yip, text: '已按林醫生意見修訂並發出，多謝。' },
    ],
  },
  {
    subject: '查詢覆診改期',
    to: [clinics],
    encoding: 'quoted-printable',
    turns: [
      {
        by: 'lee.taitai@mail.example',
        text: '診所職員：\n\n家母原定本月二十六日上午十時在東區診所覆診，因當日需照顧孫兒，希望改為下星期任何一個下午。她走路較慢，如能安排地下診症室更好。\n\n李太',
      },
      {
        by: clinics,
        text: '李太：\n\n已改為下星期三下午二時半，地下二號診症室。請攜同覆診卡及正在服用的藥物。\n\n診所預約組',
      },
      { by: 'lee.taitai@mail.example', text: '非常感謝你們的安排！' },
    ],
  },
  {
    subject: 'Clinic stock count: shortfall of paediatric masks',
    to: [ng, cheung],
    filed: 'Stores 倉務',
    turns: [
      {
        by: 'stores@medisupply.example',
        text: 'Order DH-4471 leaves our warehouse with 18 of 24 cartons. The other six follow within ten days; the manufacturer changed the packing. Delivery note attached.',
        attach: [['pdf', 'delivery-note-DH-4471.pdf']],
      },
      {
        by: ng,
        text: 'Six cartons is three weeks of use. Please ask Western Clinic whether it can lend two.',
      },
      { by: cheung, text: 'Western lends two; they want them back by the end of next month.' },
    ],
  },
  {
    subject: '控煙宣傳片：旁白最後稿',
    to: [lam, 'yw.tang@pio.gov.example'],
    encoding: 'big5',
    turns: [
      {
        by: yip,
        text: '林醫生、鄧小姐：\n\n附上宣傳片旁白最後稿，片長三十秒，粵語及普通話各一版本，英語字幕。錄音訂於下星期四。如有修改，請於星期一前賜覆。',
        attach: [['docx', '旁白最後稿.docx']],
      },
      {
        by: 'yw.tang@pio.gov.example',
        text: '第三句「立即戒煙」可否改為「今日開始」？語氣較鼓勵。其餘沒有意見。',
      },
    ],
  },
  {
    subject: 'Minutes of the clinic managers’ meeting, and actions',
    to: [medicalOfficer, 'dh-all@dh.gov.example'],
    encoding: '8bit',
    filed: 'Meetings 會議',
    turns: [
      {
        by: cheung,
        text: 'Minutes attached. Actions:\n\n1. Evening clinics on Thursdays from the first of next month (Hoi-ching).\n2. One queue display per clinic, large type, both languages (Kwok-keung).\n3. Wheelchair ramp at Eastern: ask for a date from the works agent (Chi-ming).\n\n下次會議：下月第二個星期二，上午十時，會議室乙。',
        attach: [
          ['docx', 'minutes-clinic-managers.docx'],
          ['csv', 'actions.csv'],
        ],
      },
      { by: ng, text: 'Displays: three quotations in, recommendation by Wednesday.' },
      { by: yip, text: '夜診時段的人手已編妥，會另行傳閱。' },
    ],
  },
  {
    subject: 'Water sample results, Lantau',
    to: [medicalOfficer],
    turns: [
      {
        by: ng,
        text: 'All twelve samples are within the guideline. One (no. 7, Silver Bay) reads 0.8 against a limit of 1.0 and will be taken again on Thursday.',
        attach: [
          ['csv', 'samples.csv'],
          ['png', 'map-silver-bay.png'],
        ],
      },
      { by: medicalOfficer, text: 'Noted. Tell me the repeat of no. 7 by telephone, please.' },
    ],
  },
  {
    subject: 'Leave: 12 to 19, and who acts',
    to: [lam],
    turns: [
      {
        by: cheung,
        text: 'May I take leave from the 12th to the 19th? Hoi-ching agrees to act for me.',
      },
      { by: lam, text: 'Approved. Enjoy the hills. 祝旅途愉快。' },
    ],
  },
]
