/** What somebody else's parser makes of a message: Python's `email`, which nobody here wrote. */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import type { ImapFlow } from 'imapflow'
import { python } from './needs.ts'

export interface Structure {
  readonly type: string
  /** By lower case name. */
  readonly fields: Readonly<Record<string, string>>
  readonly disposition: string | null
  readonly fileName: string | null
  /** Of text its words, of anything else nothing. */
  readonly text: string | null
  readonly octets: number
  readonly parts: readonly Structure[]
  /** What the parser found wrong. */
  readonly defects: readonly string[]
}

const script = `
import email, email.policy, json, sys
def see(part):
    whole = part.is_multipart()
    is_text = not whole and part.get_content_maintype() == 'text'
    octets = b'' if whole else (part.get_payload(decode=True) or b'')
    return {
        'type': part.get_content_type(),
        'fields': {name.lower(): str(value) for name, value in part.items()},
        'disposition': part.get_content_disposition(),
        'fileName': part.get_filename(),
        'text': part.get_content() if is_text else None,
        'octets': len(octets),
        'parts': [see(each) for each in part.iter_parts()] if whole else [],
        'defects': [type(defect).__name__ for defect in part.defects],
    }
print(json.dumps(see(email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default))))
`

export function structureOf(octets: Buffer): Structure {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], { input: octets })
  assert.equal(status, 0, String(stderr))
  return JSON.parse(String(stdout)) as Structure
}

/** The octets of a message, as a mail program is given them. */
export async function sourceOf(reader: ImapFlow, mailbox: string, uid: number): Promise<Buffer> {
  const lock = await reader.getMailboxLock(mailbox)
  try {
    const message = await reader.fetchOne(String(uid), { source: true }, { uid: true })
    assert.ok(message !== false && message.source !== undefined)
    return message.source
  } finally {
    lock.release()
  }
}
