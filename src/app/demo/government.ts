/**
 * The demo government: three departments of a place that does not exist, under `example` (RFC 2606
 * §2), with people, posts, shared mailboxes and lists. Plain data; loading it goes through the same
 * functions as any administrator's act.
 */
import type { ListPosting, Names } from '../../directory/types.ts'

export interface DemoDepartment {
  readonly code: string
  readonly names: Names
  readonly domains: readonly string[]
}

export interface DemoPerson {
  readonly department: string
  readonly names: Names
  readonly address: string
  readonly aliases: readonly string[]
}

export interface DemoPost {
  readonly department: string
  readonly title: string
  readonly names: Names
  readonly address: string
  /** Addresses of people. */
  readonly holders: readonly { readonly person: string; readonly isActing: boolean }[]
}

export interface DemoShared {
  readonly department: string
  readonly names: Names
  readonly address: string
  readonly members: readonly { readonly person: string; readonly rights: string }[]
}

export interface DemoList {
  readonly department: string
  readonly names: Names
  readonly address: string
  readonly posting: ListPosting
  /** Where failures and mail to be moderated go. */
  readonly owner: string
  readonly members: readonly string[]
}

export interface DemoGovernment {
  readonly departments: readonly DemoDepartment[]
  readonly people: readonly DemoPerson[]
  readonly posts: readonly DemoPost[]
  readonly shared: readonly DemoShared[]
  readonly lists: readonly DemoList[]
}

/** RFC 4314 letters: everything but administering. */
const mayWork = 'lrswipkxte'
const mayRead = 'lrs'

export function demoGovernment(): DemoGovernment {
  return { departments, people, posts, shared, lists }
}

const departments: readonly DemoDepartment[] = [
  {
    code: 'TD',
    names: { en: 'Transport Department', zh: '運輸署' },
    domains: ['td.gov.example', 'roads.gov.example'],
  },
  { code: 'DH', names: { en: 'Department of Health', zh: '衞生署' }, domains: ['dh.gov.example'] },
  {
    code: 'PIO',
    names: { en: 'Policy Innovation Office', zh: '政策創新辦公室' },
    domains: ['pio.gov.example'],
  },
]

function person(address: string, en: string, zh: string, ...aliases: string[]): DemoPerson {
  const domain = address.slice(address.indexOf('@') + 1)
  const department = departments.find(({ domains }) => domains.includes(domain))?.code ?? ''
  return { department, names: { en, zh }, address, aliases }
}

const people: readonly DemoPerson[] = [
  person('wl.chan@td.gov.example', 'Chan Wai-ling', '陳慧玲', 'wailing.chan@td.gov.example'),
  person('kh.wong@td.gov.example', 'Wong Ka-ho', '黃家豪', 'kh.wong@roads.gov.example'),
  person('my.lee@td.gov.example', 'Lee Mei-yan', '李美欣'),
  person('tk.ho@td.gov.example', 'Ho Tsz-kit', '何子傑'),
  person('sf.lam@dh.gov.example', 'Lam Sau-fong', '林秀芳', 'dr.lam@dh.gov.example'),
  person('cm.cheung@dh.gov.example', 'Cheung Chi-ming', '張志明'),
  person('hc.yip@dh.gov.example', 'Yip Hoi-ching', '葉海晴'),
  person('kk.ng@dh.gov.example', 'Ng Kwok-keung', '吳國強'),
  person('yw.tang@pio.gov.example', 'Tang Yuet-wah', '鄧月華'),
  person('ch.leung@pio.gov.example', 'Leung Chun-hei', '梁俊希'),
  person('ps.kwok@pio.gov.example', 'Kwok Pui-shan', '郭佩珊'),
  person('ml.fung@pio.gov.example', 'Fung Man-lok', '馮文樂', '馮文樂@pio.gov.example'),
]

const posts: readonly DemoPost[] = [
  {
    department: 'TD',
    title: 'SEO(A)2',
    names: { en: 'Senior Executive Officer (Administration) 2', zh: '高級行政主任（行政）2' },
    address: 'seo-a2@td.gov.example',
    holders: [{ person: 'wl.chan@td.gov.example', isActing: false }],
  },
  {
    department: 'TD',
    title: 'STO(TC)',
    names: { en: 'Senior Transport Officer (Traffic Control)', zh: '高級運輸主任（交通控制）' },
    address: 'sto-tc@td.gov.example',
    holders: [{ person: 'kh.wong@td.gov.example', isActing: true }],
  },
  {
    department: 'DH',
    title: 'PMO(Clinics)1',
    names: { en: 'Principal Medical Officer (Clinics) 1', zh: '首席醫生（診所）1' },
    address: 'pmo-clinics1@dh.gov.example',
    holders: [{ person: 'sf.lam@dh.gov.example', isActing: false }],
  },
  {
    department: 'PIO',
    title: 'AS(Policy)3',
    names: { en: 'Assistant Secretary (Policy) 3', zh: '助理秘書長（政策）3' },
    address: 'as-policy3@pio.gov.example',
    holders: [{ person: 'ch.leung@pio.gov.example', isActing: false }],
  },
]

const shared: readonly DemoShared[] = [
  {
    department: 'TD',
    names: { en: 'Road Works Enquiries', zh: '道路工程查詢' },
    address: 'roadworks@td.gov.example',
    members: [
      { person: 'kh.wong@td.gov.example', rights: mayWork },
      { person: 'my.lee@td.gov.example', rights: mayWork },
      { person: 'tk.ho@td.gov.example', rights: mayRead },
    ],
  },
  {
    department: 'DH',
    names: { en: 'Clinic Appointments', zh: '診所預約' },
    address: 'clinics@dh.gov.example',
    members: [
      { person: 'cm.cheung@dh.gov.example', rights: mayWork },
      { person: 'hc.yip@dh.gov.example', rights: mayWork },
    ],
  },
]

const lists: readonly DemoList[] = [
  {
    department: 'TD',
    names: { en: 'All staff, Transport Department', zh: '運輸署全體職員' },
    address: 'td-all@td.gov.example',
    posting: 'internal',
    owner: 'wl.chan@td.gov.example',
    members: membersOf('TD'),
  },
  {
    department: 'DH',
    names: { en: 'All staff, Department of Health', zh: '衞生署全體職員' },
    address: 'dh-all@dh.gov.example',
    posting: 'members',
    owner: 'kk.ng@dh.gov.example',
    members: membersOf('DH'),
  },
  {
    department: 'PIO',
    names: { en: 'Circulars to all departments', zh: '各部門通告' },
    address: 'circulars@pio.gov.example',
    posting: 'moderated',
    owner: 'yw.tang@pio.gov.example',
    members: ['td-all@td.gov.example', 'dh-all@dh.gov.example', ...membersOf('PIO')],
  },
]

function membersOf(code: string): readonly string[] {
  return people.filter(({ department }) => department === code).map(({ address }) => address)
}
