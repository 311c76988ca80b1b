/** Mail that comes again and again: weekly works, daily quotas, monthly notices. Fills the months. */
import type { Topic } from './topics.ts'
import { between, pick, type Random } from './random.ts'

/** One of the series, chosen by `at`, with particulars chosen by `random`. */
export function makeBulletin(at: number, random: Random): Topic {
  const maker = makers[at % makers.length] ?? roadWorks
  return maker(at, random)
}

const streets = [
  ['Pier Street', '碼頭街'],
  ['Lotus Path', '蓮花徑'],
  ['Temple Hill Road', '廟山道'],
  ['Banyan Avenue', '榕樹大道'],
  ['Ferry Lane', '渡輪里'],
  ['Reservoir Road', '水塘道'],
] as const
const works = [
  ['water main', '更換水管'],
  ['footbridge lift', '行人天橋升降機'],
  ['kerb ramps', '下斜路緣'],
  ['street lighting', '街燈工程'],
] as const
const clinicNames = ['Eastern', 'Western', 'Northern', 'Harbour', 'Island', 'Valley'] as const

function roadWorks(_at: number, random: Random): Topic {
  const [street, streetZh] = pick(random, streets)
  const [work, workZh] = pick(random, works)
  const permit = `XP-${between(random, 10_000, 99_999)}`
  const days = between(random, 3, 28)
  return {
    subject: `Road opening permit ${permit}: ${street} ${streetZh}`,
    to: ['roadworks@td.gov.example'],
    filed: 'Permits 掘路紙',
    encoding: pick(random, ['8bit', 'quoted-printable', 'base64'] as const),
    turns: [
      {
        by: `permits@${pick(random, ['citywater', 'brightlight', 'pearlworks'])}.example`,
        text: `Permit ${permit}\nPlace: ${street}, outside no. ${between(random, 1, 180)}\nWork: ${work}\nDuration: ${days} days\n\n地點：${streetZh}\n工程：${workZh}\n工期：${days} 日\n\nOne lane stays open at all times. 施工期間會保留一條行車線。`,
        ...(random() < 0.3 ? { attach: [['pdf', `${permit}.pdf`]] as const } : {}),
      },
    ],
  }
}

function clinicQuota(_at: number, random: Random): Topic {
  const clinic = pick(random, clinicNames)
  const booked = between(random, 60, 240)
  return {
    subject: `${clinic} Clinic: places booked and free 名額日報`,
    to: ['clinics@dh.gov.example'],
    cc: ['cm.cheung@dh.gov.example'],
    turns: [
      {
        by: 'kk.ng@dh.gov.example',
        text: `${clinic} Clinic\nBooked ${booked}, free ${240 - booked}, not attended ${between(random, 0, 12)}.\n已預約 ${booked} 名，尚餘 ${240 - booked} 名。`,
        attach: [['csv', 'quota.csv']],
      },
    ],
  }
}

function trafficReport(_at: number, random: Random): Topic {
  const [street, streetZh] = pick(random, streets)
  const minutes = between(random, 8, 75)
  return {
    subject: `特別交通消息：${streetZh}`,
    to: ['sto-tc@td.gov.example', 'tk.ho@td.gov.example'],
    encoding: pick(random, ['big5', '8bit', 'base64'] as const),
    turns: [
      {
        by: 'control@police.example',
        text: `${streetZh}往市中心方向因車輛故障，慢線封閉，車龍尾在渡輪里，預計 ${minutes} 分鐘後重開。\n\n${street}, citybound: slow lane closed, vehicle broken down, expected to clear in ${minutes} minutes.`,
      },
    ],
  }
}

function openData(at: number, random: Random): Topic {
  const sets = between(random, 3, 19)
  return {
    subject: `Open data, weekly figures no. ${at + 1}`,
    to: ['ml.fung@pio.gov.example', 'ps.kwok@pio.gov.example'],
    hasHtml: true,
    turns: [
      {
        by: 'ch.leung@pio.gov.example',
        text: `${sets} data sets were renewed this week, ${between(random, 0, 3)} late. Most read: bus stops, clinic hours, air quality.\n本週更新 ${sets} 個數據集。`,
      },
    ],
  }
}

function press(_at: number, random: Random): Topic {
  const item = pick(random, [
    ['more ferries at the weekend', '週末加開渡輪'],
    ['longer clinic hours', '診所延長開放'],
    ['a form fewer for shop owners', '商戶少填一張表'],
    ['a safer crossing at Banyan Avenue', '榕樹大道過路處更安全'],
  ] as const)
  return {
    subject: `Morning press summary 新聞摘要：${item[1]}`,
    to: ['yw.tang@pio.gov.example'],
    cc: [
      pick(random, [
        'wl.chan@td.gov.example',
        'sf.lam@dh.gov.example',
        'as-policy3@pio.gov.example',
      ]),
    ],
    encoding: 'quoted-printable',
    turns: [
      {
        by: 'ps.kwok@pio.gov.example',
        text: `Three papers carry ${item[0]}, on pages ${between(random, 2, 6)} to ${between(random, 7, 14)}; tone friendly. One column asks about the cost.\n三份報章報道${item[1]}，語調正面；一篇專欄問及成本。`,
      },
    ],
  }
}

const makers: readonly ((at: number, random: Random) => Topic)[] = [
  roadWorks,
  clinicQuota,
  trafficReport,
  openData,
  press,
]
