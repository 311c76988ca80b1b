/** The mail all servers are given: everything the MIME room finds tricky, and a few of everyday. */
import { fixtures } from '../../src/mime/fixtures/fixtures.ts'
import { oddMail } from './mail-odd.ts'

const lines = (...all: readonly string[]) => Buffer.from(all.map((line) => `${line}\r\n`).join(''))

const everyday = {
  'a plain letter': lines(
    'Date: Mon, 5 Jan 2026 09:00:00 +0800',
    'From: "Chan, Tai Man" <tm.chan@td.example>',
    'To: bob@td.example, Carol <carol@dh.example>',
    'Cc: Team: a@td.example, b@td.example;, z@td.example',
    'Subject: Road works',
    'Message-ID: <one@td.example>',
    '',
    'Nathan Road will be closed.',
  ),
  'its answer': lines(
    'Date: Mon, 5 Jan 2026 10:00:00 +0800',
    'From: Bob <bob@td.example>',
    'To: "Chan, Tai Man" <tm.chan@td.example>',
    'Subject: Re: Road works',
    'Message-ID: <two@td.example>',
    'In-Reply-To: <one@td.example>',
    'References: <one@td.example>',
    '',
    'Until when?',
  ),
  'an encoded subject': lines(
    'Date: Tue, 6 Jan 2026 10:00:00 +0800',
    'From: =?UTF-8?B?6Zmz5aSn5paH?= <tm.chan@td.example>',
    'To: bob@td.example',
    'Subject: =?UTF-8?B?5pyD6K2w57SA6YyE?= minutes',
    'Message-ID: <three@td.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b1"',
    '',
    'preamble',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    '6aaZ5riv5pS/5bqcIE5hdGhhbg==',
    '--b1',
    'Content-Type: application/pdf; name=plan.pdf',
    "Content-Disposition: attachment; filename*=utf-8''%E5%9C%96.pdf",
    'Content-Transfer-Encoding: base64',
    'Content-Language: zh-HK, en',
    'Content-ID: <plan@td.example>',
    '',
    'AAEC',
    '--b1--',
    'epilogue',
  ),
  'a forwarded letter': lines(
    'Date: Wed, 7 Jan 2026 11:00:00 +0800',
    'From: carol@dh.example',
    'To: undisclosed-recipients:;',
    'Subject: Fwd: Road works',
    'Message-ID: <four@dh.example>',
    'References: <one@td.example> <two@td.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b2',
    '',
    '--b2',
    'Content-Type: multipart/alternative; boundary=b3',
    '',
    '--b3',
    'Content-Type: text/plain; charset=big5',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '=AD=BB=B4=E4',
    '--b3',
    'Content-Type: text/html',
    '',
    '<p>See <b>below</b></p>',
    '--b3--',
    '--b2',
    'Content-Type: message/rfc822',
    'Content-Description: the letter',
    '',
    'From: Deep <deep@dh.example>',
    'Subject: Inner',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b4',
    '',
    '--b4',
    '',
    'Treasure',
    '--b4',
    'Content-Type: message/rfc822',
    '',
    'Subject: Innermost',
    '',
    'Gold',
    '--b4--',
    '--b2--',
  ),
  'the same subject again': lines(
    'Date: Thu, 8 Jan 2026 11:00:00 +0800',
    'From: zoe@dh.example',
    'To: alan@td.example',
    'Cc: First <first@td.example>',
    'Subject: [roads] Re: Fwd: road  works (fwd)',
    'Message-ID: <five@dh.example>',
    '',
    'Once more',
  ),
} as const

/** What is no text by RFC 5322 is changed by Dovecot before it is stored, so it cannot be compared. */
const isComparable = (octets: Buffer): boolean => {
  const text = octets.toString('latin1')
  // oxlint-disable-next-line no-control-regex -- these are what makes it no text
  return text !== '' && !/[^\r]\n|^\n|\r[^\n]|\r$|\0/.test(text)
}

export type NamedMail = readonly [name: string, octets: Buffer]

export const mail: readonly NamedMail[] = Object.entries({
  ...everyday,
  ...fixtures,
  ...oddMail,
}).filter(([, octets]) => isComparable(octets) && octets.length < 200_000)
