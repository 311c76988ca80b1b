/** A mailbox of tens of thousands, filled as fast as IMAP goes; in threads of five unless told otherwise. */
import type { ImapClient } from './imap-client.ts'

/** Messages of one APPEND. */
const appendMessages = 100
/** Every so many one has the rare words in its body. */
export const rareEvery = 5_003

/** Literals that are not waited for (RFC 7888), many to an APPEND (RFC 3502). */
export async function fill(
  client: ImapClient,
  mailbox: string,
  count: number,
  make: (at: number) => Buffer = messageOf,
): Promise<void> {
  for (let from = 0; from < count; from += appendMessages) {
    const all: Buffer[] = []
    for (let at = from; at < Math.min(count, from + appendMessages); at += 1) {
      const octets = make(at)
      if (at > from) all.push(Buffer.from(` {${octets.length}+}\r\n`))
      all.push(octets)
    }
    const first = make(from).length
    await client.mustRaw(`APPEND ${mailbox}`, first, Buffer.concat(all))
  }
}

export function messageOf(at: number): Buffer {
  const reply = at % 5 === 0 ? '' : `References: <m${at - (at % 5)}@b.example>\r\n`
  return Buffer.from(
    `From: "Person ${at % 97}" <p${at % 97}@b.example>\r\nTo: c@d.example\r\n` +
      `Subject: ${at % 5 === 0 ? '' : 'Re: '}Letter ${Math.floor(at / 5)}${at === 4_321 ? ' rareword' : ''}\r\n` +
      `Message-ID: <m${at}@b.example>\r\n${reply}Date: Mon, 03 Jun 2024 09:${String(at % 60).padStart(2, '0')}:00 +0800\r\n\r\n` +
      'The minutes of the meeting are attached; please reply before Friday. 請於星期五前回覆。\r\n'.repeat(
        1 + (at % 20),
      ) +
      (at % rareEvery === 17 ? 'A quizzaciously rare word, and 琥珀色檔案 too.\r\n' : ''),
  )
}
