/** The pages on which a person lets a mail program in: English and 繁體中文, without script. */
import type { Scope } from '../../access/credentials/content.ts'
import { html, type Html, type HtmlValue } from '../html.ts'
import { both, makePage } from '../page.ts'

const title = { en: 'Let a mail program in', zh: '授權郵件程式' }

const scopeWords: Readonly<Record<Scope, Html>> = {
  imap: both('read, file and delete your mail', '閱讀、整理及刪除您的郵件'),
  smtp: both('send mail as you', '以您的名義寄出郵件'),
  jmap: both('read, change and send your mail', '閱讀、更改及寄出您的郵件'),
  sieve: both('change what is done with your mail', '更改處理郵件的規則'),
  dav: both('read and change your calendar and contacts', '閱讀及更改您的日曆和通訊錄'),
}

/** What went wrong with an entry; the pages have a sentence for each. */
export type OauthFault = 'wrong' | 'throttled' | 'over' | 'no-factor'

const faults: Readonly<Record<OauthFault, Html>> = {
  wrong: both('That is not right. Try again.', '資料不正確，請再試一次。'),
  throttled: both('Too many attempts. Wait a little.', '嘗試次數過多，請稍候再試。'),
  over: both(
    'This took too long. Begin again in your mail program.',
    '時間已過，請在郵件程式重新開始。',
  ),
  'no-factor': both(
    'Sign in to web mail first and add a second factor; then begin again in your mail program.',
    '請先登入網頁郵件並加入雙重認證，再在郵件程式重新開始。',
  ),
}

function page(body: HtmlValue, fault?: OauthFault): Html {
  const said = fault === undefined ? [] : [html`<p class="fault" role="alert">${faults[fault]}</p>`]
  return makePage(title, html`${said}${body}`)
}

/** `query`: what the program asked, to come back to. */
export function makeSignInPage(program: string, query: string, fault?: OauthFault): Html {
  return page(
    html`<p>${both(`Sign in to let ${program} in.`, `請登入以授權 ${program}。`)}</p>
      <form method="post" action="/oauth/sign-in">
        <input type="hidden" name="query" value="${query}" />
        <label for="address">${both('Address', '電郵地址')}</label>
        <input
          id="address"
          name="address"
          required
          maxlength="512"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
        />
        <label for="password">${both('Password', '密碼')}</label>
        <input
          id="password"
          name="password"
          type="password"
          required
          maxlength="1024"
          autocomplete="current-password"
        />
        <button type="submit">${both('Sign in', '登入')}</button>
      </form>
      <p class="hint">
        ${both(
          'With a passkey: sign in to web mail in this browser, then reload this page.',
          '使用通行密鑰：請先在此瀏覽器登入網頁郵件，再重新載入本頁。',
        )}
      </p>`,
    fault,
  )
}

/** A code of the phone or for recovery: the second step of a sign-in, or to say again who he is. */
export function makeCodePage(action: string, query: string, fault?: OauthFault): Html {
  return page(
    html`<form method="post" action="${action}">
      <input type="hidden" name="query" value="${query}" />
      <label for="code"
        >${both('The code of your phone, or a recovery code', '電話上的驗證碼或備用碼')}</label
      >
      <input id="code" name="code" required maxlength="64" autocomplete="one-time-code" />
      <button type="submit">${both('Go on', '繼續')}</button>
    </form>`,
    fault,
  )
}

/** He is signed in and said too long ago who he is. */
export function makeConfirmPage(query: string, hasFactor: boolean, fault?: OauthFault): Html {
  if (hasFactor) return makeCodePage('/oauth/confirm', query, fault)
  return page(
    html`<form method="post" action="/oauth/confirm">
      <input type="hidden" name="query" value="${query}" />
      <label for="password">${both('Your password again', '再次輸入密碼')}</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        maxlength="1024"
        autocomplete="current-password"
      />
      <button type="submit">${both('Go on', '繼續')}</button>
    </form>`,
    fault,
  )
}

export interface ConsentPage {
  readonly program: string
  readonly address: string
  readonly scopes: readonly Scope[]
  readonly ticket: string
}

export function makeConsentPage({ program, address, scopes, ticket }: ConsentPage): Html {
  return page(
    html`<p>
        ${both(
          `${program} asks to be let in to the mail of ${address}. It may then, for a year or until you end it in the settings of web mail:`,
          `${program} 要求存取 ${address} 的郵件。授權為期一年，您可隨時在網頁郵件的設定中終止。授權後它可以：`,
        )}
      </p>
      <ul>
        ${scopes.map((scope) => html`<li>${scopeWords[scope]}</li>`)}
      </ul>
      <p>
        ${both(
          'Go on only if you have just asked for this in the program yourself.',
          '如非您本人剛剛在程式中提出此要求，請勿繼續。',
        )}
      </p>
      <form method="post" action="/oauth/consent">
        <input type="hidden" name="ticket" value="${ticket}" />
        <button type="submit" name="answer" value="yes">${both('Let it in', '允許')}</button>
        <button type="submit" name="answer" value="no">${both('No', '拒絕')}</button>
      </form>`,
  )
}

export function makeRefusedPage(): Html {
  return page(
    html`<p>
      ${both(
        'The program is not known here, or what it asks is not understood. Nothing was allowed.',
        '此程式未獲登記，或其要求無法辨識。並無授予任何權限。',
      )}
    </p>`,
  )
}

export function makeFaultPage(fault: OauthFault): Html {
  return page(html``, fault)
}
