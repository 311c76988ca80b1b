/** The frame of every page: two languages, no script, readable at any size and by any reader. */
import type { FastifyReply } from 'fastify'
import { html, type Html, type HtmlValue, toText } from './html.ts'

export function makePage(title: { readonly en: string; readonly zh: string }, body: HtmlValue) {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title.en} ${title.zh}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <h1>${title.en} <span lang="zh-Hant">${title.zh}</span></h1>
          ${body}
        </main>
      </body>
    </html> `
}

/** One thing said in both languages. */
export function both(en: string, zh: string): Html {
  return html`${en} <span lang="zh-Hant">${zh}</span>`
}

export function sendPage(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(toText(page))
}

/**
 * A label's Chinese moves to the next line whole; a sentence's stands on a line of its own. Contrast at
 * least 7:1, focus always visible (WCAG 2.2 §1.4.6, §2.4.13).
 */
export const styleSheet = `:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #595959; --accent: #0b3d91; --bad: #8f1010; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f2; --paper: #151515; --line: #b8b8b8; --accent: #a9c7ff; --bad: #ffb3b3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, "Noto Sans", "Noto Sans CJK TC", "PingFang HK", "Microsoft JhengHei", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.3; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
h1 [lang], h2 [lang], th [lang], label [lang], legend [lang], button [lang] { display: inline-block; }
p > [lang] { display: block; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); }
label, legend { display: block; font-weight: 600; margin-top: 1rem; }
input { font: inherit; width: 100%; padding: .5rem; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .25rem; }
input[type="radio"] { width: auto; }
label.choice { font-weight: 400; margin: .25rem 0; }
fieldset { border: 0; padding: 0; margin: 0; }
legend { padding: 0; }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .6rem 1.2rem; border: 2px solid var(--accent); border-radius: .25rem; background: var(--accent); color: var(--paper); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { font-size: .95rem; margin: .2rem 0; }
.fault { border-left: .3rem solid var(--bad); padding: .3rem .8rem; color: var(--bad); font-weight: 600; }
pre { font-size: .9rem; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); padding: .8rem; }
`
