/** The founding page: who sits where, the form for what comes next, and what went wrong. */
import { html, type Html } from '../html.ts'
import { both, makePage } from '../page.ts'
import {
  type FoundingFault,
  type FoundingView,
  passphraseLengthMin,
  type Seat,
  type SeatView,
} from './port.ts'

export interface FoundingPage {
  readonly view: FoundingView
  readonly token: string
  readonly csrf: string
  readonly fault?: FoundingFault | undefined
  /** What was typed, to show again after a fault; passphrases are never shown. */
  readonly entered?: {
    readonly seat?: Seat | undefined
    readonly nameEn?: string
    readonly nameZh?: string
    readonly signInName: string
  }
}

const title = { en: 'Founding', zh: '創立' }

export function makeFoundingPage(page: FoundingPage): Html {
  const { view, fault } = page
  return makePage(title, [
    ...(fault === undefined ? [] : [html`<p class="fault" role="alert">${faults[fault]}</p>`]),
    html`<p>${stages[view.stage]}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">${both('Seat', '職務')}</th>
            <th scope="col">${both('Founder', '創立人')}</th>
            <th scope="col">${both('Signed', '已簽署')}</th>
          </tr>
        </thead>
        <tbody>
          ${view.seats.map(showSeat)}
        </tbody>
      </table>`,
    ...(view.stage === 'enrolling' ? [enrolForm(page)] : []),
    ...(view.stage === 'signing' ? [signForm(page)] : []),
    ...(view.statement === undefined
      ? []
      : [
          html`<h2>${both('The statement', '聲明')}</h2>
            <pre>${view.statement}</pre>`,
        ]),
  ])
}

export function makeRefusedPage(): Html {
  return makePage(title, [
    html`<p>
      ${both(
        'This link is not valid, or the founding is over. The link of a new start is printed where Tamar was started.',
        '此連結無效，或創立程序已經完成。新的連結會在啟動 Tamar 的地方印出。',
      )}
    </p>`,
  ])
}

const seatNames: Readonly<Record<Seat, Html>> = {
  'administrator-1': both('Central administrator, first', '中央管理員（一）'),
  'administrator-2': both('Central administrator, second', '中央管理員（二）'),
  'security-officer': both('Security officer', '保安主任'),
  auditor: both('Auditor', '審計員'),
}

const stages: Readonly<Record<FoundingView['stage'], Html>> = {
  enrolling: both(
    'Four different people found this platform. Each takes one seat, alone at the keyboard. When all four are enrolled, they sign one statement together.',
    '本平台由四位不同人士創立。每人各任一職，並須獨自輸入資料。四人登記後，須共同簽署一份聲明。',
  ),
  signing: both(
    'All four are enrolled. Each reads the statement below and signs it with his passphrase.',
    '四人均已登記。請各自閱讀以下聲明，並以通行片語簽署。',
  ),
  ended: both(
    'The founding is complete. The statement is in the audit trail. This link is now closed.',
    '創立程序已完成。聲明已載入審計紀錄。此連結現已失效。',
  ),
}

const faults: Readonly<Record<FoundingFault, Html>> = {
  'seat-taken': both('Choose a seat that is free.', '請選擇尚未有人擔任的職務。'),
  'sign-in-name-taken': both(
    'Another founder has this sign-in name.',
    '另一位創立人已使用此登入名稱。',
  ),
  'name-taken': both(
    'A founder of this name is enrolled already. One person may hold one seat only.',
    '已有同名的創立人。一人只可擔任一職。',
  ),
  'sign-in-name-form': both(
    'A sign-in name is 3 to 32 small letters, digits, dots or hyphens, and begins with a letter.',
    '登入名稱須為 3 至 32 個小寫字母、數字、點或連字號，並以字母開首。',
  ),
  'name-missing': both('Enter your name.', '請輸入姓名。'),
  'passphrase-short': both(
    `A passphrase has at least ${passphraseLengthMin} characters.`,
    `通行片語最少須有 ${passphraseLengthMin} 個字元。`,
  ),
  'passphrases-differ': both('The two passphrases differ.', '兩次輸入的通行片語不同。'),
  'unknown-or-wrong': both(
    'The sign-in name or the passphrase is not right.',
    '登入名稱或通行片語不正確。',
  ),
  'already-signed': both('This founder has signed already.', '此創立人已經簽署。'),
  'not-yet': both('This step is not open now.', '現時不能進行此步驟。'),
}

function showSeat({ seat, name, signInName, hasSigned }: SeatView): Html {
  const founder = name === undefined ? both('free', '未有') : html`${name} (${signInName ?? ''})`
  const signed = hasSigned ? both('yes', '是') : both('no', '否')
  return html`<tr>
    <th scope="row">${seatNames[seat]}</th>
    <td>${founder}</td>
    <td>${signed}</td>
  </tr>`
}

function enrolForm({ view, entered, ...page }: FoundingPage): Html {
  const free = view.seats.filter(({ name }) => name === undefined)
  const choices = free.map(
    ({ seat }) =>
      html`<label class="choice"
        ><input type="radio" name="seat" value="${seat}" required ${mark(seat === entered?.seat)} />
        ${seatNames[seat]}</label
      >`,
  )
  return html`<h2>${both('Take a seat', '登記')}</h2>
    <form method="post" action="/found" autocomplete="off">
      ${hidden(page, 'enrol')}
      <fieldset>
        <legend>${both('Seat', '職務')}</legend>
        ${choices}
      </fieldset>
      <label for="nameEn">${both('Name in English', '英文姓名')}</label>
      <input id="nameEn" name="nameEn" required maxlength="120" value="${entered?.nameEn ?? ''}" />
      <label for="nameZh">${both('Name in Chinese, if you have one', '中文姓名（如有）')}</label>
      <input
        id="nameZh"
        name="nameZh"
        lang="zh-Hant"
        maxlength="60"
        value="${entered?.nameZh ?? ''}"
      />
      <label for="signInName">${both('Sign-in name', '登入名稱')}</label>
      <input
        id="signInName"
        name="signInName"
        required
        maxlength="32"
        autocapitalize="none"
        spellcheck="false"
        value="${entered?.signInName ?? ''}"
      />
      ${passphraseField('passphrase', both('Passphrase', '通行片語'), 'new-password')}
      <p class="hint" id="passphrase-hint">
        ${both(
          `At least ${passphraseLengthMin} characters. It cannot be recovered: four or five random words are good.`,
          `最少 ${passphraseLengthMin} 個字元，遺失後無法恢復。`,
        )}
      </p>
      ${passphraseField('passphraseAgain', both('The passphrase again', '再次輸入通行片語'), 'new-password')}
      <button type="submit">${both('Enrol', '登記')}</button>
    </form>`
}

function mark(isChosen: boolean): string {
  return isChosen ? 'checked' : ''
}

function signForm({ entered, ...page }: FoundingPage): Html {
  return html`<h2>${both('Sign', '簽署')}</h2>
    <form method="post" action="/found" autocomplete="off">
      ${hidden(page, 'sign')}
      <label for="signInName">${both('Sign-in name', '登入名稱')}</label>
      <input
        id="signInName"
        name="signInName"
        required
        maxlength="32"
        autocapitalize="none"
        spellcheck="false"
        value="${page.fault === undefined ? '' : (entered?.signInName ?? '')}"
      />
      ${passphraseField('passphrase', both('Passphrase', '通行片語'), 'current-password')}
      <button type="submit">${both('Sign the statement', '簽署聲明')}</button>
    </form>`
}

function passphraseField(name: string, label: Html, kind: string): Html {
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="password"
      required
      maxlength="256"
      autocomplete="${kind}"
    />`
}

function hidden({ token, csrf }: Pick<FoundingPage, 'token' | 'csrf'>, act: string): Html {
  return html`<input type="hidden" name="act" value="${act}" />
    <input type="hidden" name="token" value="${token}" />
    <input type="hidden" name="csrf" value="${csrf}" />`
}
