/** `/`: what this is, and what a mail program wants to know. */
import type { FastifyInstance } from 'fastify'
import { html } from './html.ts'
import { both, makePage, sendPage, styleSheet } from './page.ts'

/** Host and port of what mail programs use; absent where this node does not serve it. */
export interface MailSettings {
  readonly hostname: string
  readonly imaps: number | undefined
  readonly submissions: number | undefined
  readonly submission: number | undefined
}

export function addFrontPage(app: FastifyInstance, settings: MailSettings): void {
  const page = makeFrontPage(settings)
  app.get('/', async (_request, reply) => sendPage(reply, 200, page))
  app.get('/style.css', async (_request, reply) =>
    reply.header('cache-control', 'max-age=3600').type('text/css; charset=utf-8').send(styleSheet),
  )
  app.get('/robots.txt', async (_request, reply) =>
    reply.type('text/plain').send('User-agent: *\nDisallow: /\n'),
  )
}

function makeFrontPage({ hostname, imaps, submissions, submission }: MailSettings) {
  const row = (en: string, zh: string, port: number | undefined, security: string) =>
    port === undefined
      ? []
      : [
          html`<tr>
            <th scope="row">${both(en, zh)}</th>
            <td>${hostname}</td>
            <td>${port}</td>
            <td>${security}</td>
          </tr>`,
        ]
  return makePage({ en: 'Tamar', zh: '政府電郵平台' }, [
    html`<p>
        <a href="/mail/">${both('Open your mail in the browser', '在瀏覽器開啟電郵')}</a>
      </p>
      <p>
        A messaging platform for government departments. Mail is kept sealed: whoever has the disks,
        the database or a backup cannot read it.
      </p>
      <p lang="zh-Hant">
        供政府各部門使用的通訊平台。郵件以密文保存：單憑磁碟、資料庫或備份無法閱讀。
      </p>
      <h2>${both('For your mail program', '郵件程式設定')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">${both('Service', '服務')}</th>
            <th scope="col">${both('Server', '伺服器')}</th>
            <th scope="col">${both('Port', '埠')}</th>
            <th scope="col">${both('Security', '加密')}</th>
          </tr>
        </thead>
        <tbody>
          ${[
            ...row('Reading: IMAP', '收取：IMAP', imaps, 'SSL/TLS'),
            ...row('Sending: SMTP', '發送：SMTP', submissions, 'SSL/TLS'),
            ...row('Sending: SMTP', '發送：SMTP', submission, 'STARTTLS'),
          ]}
        </tbody>
      </table>
      <p>
        Sign in with your mail address and an app password.
        <span lang="zh-Hant">請以電郵地址及應用程式密碼登入。</span>
      </p>`,
  ])
}
