/** Debian's Dovecot on its standard input, for one test: no daemon, no port, a mailbox of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapPeer } from '../support/imap-peer.ts'
import type { Oracle } from './pair.ts'

export const dovecotImap = '/usr/lib/dovecot/imap'

/** Debian's `nobody` and `nogroup`: Dovecot refuses to serve root. */
const nobody = 65_534

export function startDovecot(): Oracle {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-dovecot-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const isRoot = process.getuid?.() === 0
  const uid = isRoot ? nobody : (process.getuid?.() ?? nobody)
  const gid = isRoot ? nobody : (process.getgid?.() ?? nobody)
  if (isRoot) {
    chmodSync(folder, 0o755)
    chownSync(home, uid, gid)
  }
  const config = join(folder, 'dovecot.conf')
  writeFileSync(
    config,
    `mail_location = maildir:${home}/mail
log_path = ${home}/log
mail_uid = ${uid}
mail_gid = ${gid}
first_valid_uid = 1
namespace inbox {
  inbox = yes
  separator = /
}
`,
  )
  const ends: (() => Promise<unknown>)[] = []
  return {
    async connect() {
      // Node gives a child sockets where Dovecot wants pipes: on a socket it takes us for inetd.
      const child = spawn('sh', ['-c', `cat | ${dovecotImap} -c '${config}' | cat`], {
        env: { HOME: home, USER: 'tester', TZ: 'UTC' },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      const ended = once(child, 'close')
      ends.push(() => {
        child.stdin.end()
        return ended
      })
      const peer = new ImapPeer('dovecot', child.stdout, child.stdin)
      await peer.greet()
      return peer
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(ends.map((end) => end()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
