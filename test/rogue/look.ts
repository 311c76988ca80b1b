/** What the rogue reads with his own account, and by trying the victim's name with his own passwords. */
import type { ImapFlow } from 'imapflow'
import { signIn } from '../support/mail-programs.ts'
import type { Platform } from '../support/platform.ts'
import type { Cast } from './cast.ts'
import { ownPost, victimPost } from './cast.ts'

export interface Seen {
  /** He could sign in as himself and read his own mail: had there been more, he would have seen it. */
  readonly isSighted: boolean
  /** Secrets of others that he read. */
  readonly secrets: readonly string[]
}

export async function look(platform: Platform, cast: Cast): Promise<Seen> {
  const { rogue, victim } = cast
  const local = (address: string) => address.slice(0, address.indexOf('@'))
  const identities = [rogue.address, victim.address, ownPost, victimPost]
  for (const post of [ownPost, victimPost])
    identities.push(rogue.address.replace('@', `+${local(post)}@`))
  let text = ''
  for (const identity of identities)
    for (const password of [rogue.appPassword, rogue.password])
      text += await readAs(platform, identity, password)
  return {
    isSighted: text.includes(cast.own),
    secrets: cast.secrets.filter((secret) => text.includes(secret)),
  }
}

async function readAs(platform: Platform, identity: string, password: string): Promise<string> {
  let reader: ImapFlow
  try {
    reader = await signIn(platform, identity, password)
  } catch {
    // He may not: that is what is hoped for.
    return ''
  }
  try {
    return await readAll(reader)
  } catch {
    // Not even his mailboxes are listed: he reads nothing.
    return ''
  } finally {
    reader.close()
  }
}

async function readAll(reader: ImapFlow): Promise<string> {
  const texts: string[] = []
  for (const { path } of await reader.list()) {
    try {
      texts.push(path, ...(await readMailbox(reader, path)))
    } catch {
      // A mailbox that cannot be read gave him nothing; what others gave stays.
      if (!reader.usable) break
    }
  }
  return texts.join('\n')
}

async function readMailbox(reader: ImapFlow, path: string): Promise<readonly string[]> {
  const { exists } = await reader.mailboxOpen(path)
  const texts: string[] = []
  // One at a time, newest last: one that cannot be opened must not hide the others.
  for (let at = Math.max(1, exists - newestRead + 1); at <= exists && reader.usable; at++) {
    try {
      const message = await reader.fetchOne(String(at), { source: true, envelope: true })
      if (message !== false)
        texts.push(message.source?.toString() ?? '', message.envelope?.subject ?? '')
    } catch {
      continue
    }
  }
  return texts
}

/** What was forged or sent last is at the end. */
const newestRead = 12
