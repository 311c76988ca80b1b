/** Threads of the demo's Policy Innovation Office: papers, budgets, data, people. */
import type { Topic } from './topics.ts'

const tang = 'yw.tang@pio.gov.example'
const leung = 'ch.leung@pio.gov.example'
const kwok = 'ps.kwok@pio.gov.example'
const fung = 'ml.fung@pio.gov.example'
const secretary = 'as-policy3@pio.gov.example'

export const topicsOfInnovation: readonly Topic[] = [
  {
    subject: 'Draft paper: one form for all moves of address',
    to: [tang, kwok],
    cc: [leung],
    hasHtml: true,
    filed: 'Papers 文件/Change of address',
    turns: [
      {
        by: fung,
        text: 'Seven departments keep the citizen’s address, by nine forms. The draft proposes one form and one notice to each of them, with the citizen’s consent ticked for each.\n\nQuestions left open: who corrects a mistake, and how long the consent holds.',
        attach: [
          ['docx', 'paper-change-of-address-v3.docx'],
          ['png', 'flow.png'],
        ],
      },
      {
        by: kwok,
        text: 'Good and short. On the second question the law already says: until withdrawn. Section 4 then shrinks to one sentence.',
      },
      {
        by: tang,
        text: '同意佩珊的意見。請在第二節加一段，說明沒有網絡的長者可到任何郵政局辦理。',
      },
      { by: fung, text: 'Version 4 with both changes goes to the printer at noon.' },
      { by: tang, text: 'Thank you. 辛苦了。' },
    ],
  },
  {
    subject: '財務通告第 3/2026 號：各部門下年度開支預算',
    to: ['circulars@pio.gov.example'],
    encoding: 'base64',
    turns: [
      {
        by: secretary,
        text: '致各部門：\n\n一、請於下月底前提交下年度開支預算草案，格式見附件。\n二、新增項目須列明目的、對象及量度成效的方法。\n三、跨部門項目由主責部門一併提交。\n\nTo all departments:\n\n1. Draft estimates for the coming year are due by the end of next month in the attached form.\n2. A new item states its purpose, whom it serves and how its effect will be measured.\n3. An item of several departments is submitted by the leading one.',
        attach: [
          ['csv', '預算表格.csv'],
          ['pdf', 'circular-3-2026.pdf'],
        ],
      },
    ],
  },
  {
    subject: 'Bus arrival data: agreement with the operators',
    to: [fung, 'my.lee@td.gov.example'],
    cc: [secretary],
    encoding: 'quoted-printable',
    turns: [
      {
        by: leung,
        text: 'Two of three operators agree to give arrival times openly, under the terms of last March. The third asks that nobody may republish them within a minute, which defeats the purpose.\n\nCould Transport tell us what the franchise says?',
      },
      {
        by: 'my.lee@td.gov.example',
        text: 'Clause 22: "information for the convenience of passengers, as the Commissioner may require". In our reading that covers it. 有關條款的中文本亦一致。',
      },
      { by: leung, text: 'That settles it. I draft the letter for your signature.' },
    ],
  },
  {
    subject: '創新實驗室開放日：攤位名單及流程',
    to: [kwok, fung],
    cc: ['hc.yip@dh.gov.example', 'tk.ho@td.gov.example'],
    isRawHeader: true,
    hasHtml: true,
    turns: [
      {
        by: tang,
        text: '各位：\n\n開放日定於下月第三個星期六。現有攤位十二個，包括運輸署的路口模型及衞生署的血壓站。流程初稿如下：\n\n1000 開幕\n1030 自由參觀\n1200 示範：一張表格辦妥搬家\n1500 結束',
        attach: [['csv', '攤位名單.csv']],
      },
      { by: 'hc.yip@dh.gov.example', text: '血壓站需要兩張枱、四張椅和電源，護士兩名。' },
      {
        by: 'tk.ho@td.gov.example',
        text: 'Our model needs 3 × 2 metres and no sunlight on the screen, please.',
      },
      { by: kwok, text: 'Both noted. Floor plan next Monday.' },
    ],
  },
  {
    subject: 'Interview panel for Analyst (Data): shortlist',
    to: [tang, leung],
    turns: [
      {
        by: kwok,
        text: 'Five of thirty-one. I left out names and schools; the numbers refer to the sealed list with the panel secretary.\n\nProposed: two hours each on the 4th and the 5th.',
        attach: [['txt', 'shortlist.txt']],
      },
      { by: leung, text: 'Fine with both days.' },
    ],
  },
  {
    subject: 'Question from the Harbour Times',
    to: [secretary],
    isFlagged: true,
    turns: [
      {
        by: 'newsdesk@harbourtimes.example',
        text: 'Good morning,\n\nWe are told that the single address form is delayed until spring. Is that so, and what is the cause? Our deadline is five this afternoon.\n\nHarbour Times, city desk',
      },
      {
        by: secretary,
        text: 'Good afternoon,\n\nThe form opens to the public on the first of next quarter, as announced. There is no delay.\n\nAssistant Secretary (Policy) 3',
      },
    ],
  },
  {
    subject: 'Lunch?',
    to: [fung],
    turns: [
      { by: kwok, text: '今日去邊度食？The noodle shop closes at two.' },
      { by: fung, text: '十二點半大堂等 👍' },
    ],
  },
]
