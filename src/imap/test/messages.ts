/** The four messages of the mailbox `Sample` that the sessions talk about. */

const lines = (...all: readonly string[]) => Buffer.from(all.map((line) => `${line}\r\n`).join(''))

export const plainMessage = lines(
  'Date: Mon, 5 Jan 2026 09:00:00 +0800',
  'From: "Chan, Tai Man" <tm.chan@td.example>',
  'To: bob@td.example, Carol <carol@dh.example>',
  'Subject: Road works',
  'Message-ID: <one@td.example>',
  '',
  'Nathan Road will be closed.',
)

/** base64 of 「香港政府」 in UTF-8, and a Chinese subject as encoded word. */
export const chineseMessage = lines(
  'Date: Tue, 6 Jan 2026 10:00:00 +0800',
  'From: =?UTF-8?B?6Zmz5aSn5paH?= <tm.chan@td.example>',
  'To: bob@td.example',
  'Subject: =?UTF-8?B?5pyD6K2w57SA6YyE?=',
  'Message-ID: <two@td.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b1"',
  '',
  '--b1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  '6aaZ5riv5pS/5bqc',
  '--b1',
  'Content-Type: application/pdf; name=plan.pdf',
  'Content-Disposition: attachment; filename=plan.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'AAEC',
  '--b1--',
)

export const nestedMessage = lines(
  'Date: Wed, 7 Jan 2026 11:00:00 +0800',
  'From: carol@dh.example',
  'To: bob@td.example',
  'Subject: Fwd: Road works',
  'Message-ID: <three@dh.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b2',
  '',
  '--b2',
  'Content-Type: text/html',
  '',
  '<p>See below</p>',
  '--b2',
  'Content-Type: message/rfc822',
  '',
  'From: deep@dh.example',
  'Subject: Inner',
  '',
  'Treasure',
  '--b2--',
)

export const emptyMessage = lines('From: dave@td.example', 'Subject: Empty', '')
