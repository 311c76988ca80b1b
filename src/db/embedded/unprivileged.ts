/**
 * PostgreSQL refuses to run as root. As root we run it as a user that exists already; none is made.
 * Where that user cannot enter a folder on the way (a clone under /root), the process keeps the one
 * capability it needs to walk there, and nothing else of root's.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In order of preference; the first that exists is taken. */
const candidates = ['postgres', 'nobody', 'daemon']

/** Undefined: we are not root, and run everything as ourselves. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map(parseUser)
  for (const name of candidates) {
    const user = users.find((each) => each?.name === name && each.uid !== 0)
    if (user !== undefined) return user
  }
  throw new Error(`PostgreSQL must not run as root and there is no user ${candidates.join(', ')}.`)
}

function parseUser(line: string): User | undefined {
  const [name, , uid, gid] = line.split(':')
  if (name === undefined || uid === undefined || gid === undefined) return undefined
  return { name, uid: Number(uid), gid: Number(gid) }
}

/** The command line that runs `command` as `user`, given the folders it must be able to reach. */
export function asUser(
  user: User | undefined,
  command: string,
  args: readonly string[],
  paths: readonly string[],
): { readonly command: string; readonly args: readonly string[]; readonly ids: object } {
  if (user === undefined) return { command, args, ids: {} }
  const blocked = paths.find((path) => !canReach(path, user))
  if (blocked === undefined) return { command, args, ids: { uid: user.uid, gid: user.gid } }
  const capability = walkCapability()
  const setpriv = '/usr/bin/setpriv'
  if (capability === undefined || !existsSync(setpriv))
    throw new Error(
      `User ${user.name}, who runs PostgreSQL, cannot enter the folders above ${blocked}. ` +
        'Use --data with a folder that everybody may enter.',
    )
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  const kept = [`--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`]
  // access(2) asks as the real user without capabilities, unless this bit is set; initdb asks it.
  const asked = '--securebits=+no_setuid_fixup'
  return { command: setpriv, args: [asked, ...identity, ...kept, command, ...args], ids: {} }
}

function canReach(path: string, user: User): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && !mayEnter(folder, user)) return false
    if (folder === dirname(folder)) return true
  }
}

function mayEnter(folder: string, user: User): boolean {
  const { mode, uid, gid } = statSync(folder)
  if (uid === user.uid) return (mode & 0o100) !== 0
  if (gid === user.gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}

/** Bits of CapBnd in /proc/self/status; reading is less than overriding, so it is tried first. */
const capabilities = [
  ['dac_read_search', 2n],
  ['dac_override', 1n],
] as const

function walkCapability(): string | undefined {
  accessSync('/proc/self/status', constants.R_OK)
  const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const bits = BigInt(`0x${bounding ?? '0'}`)
  return capabilities.find(([, bit]) => (bits >> bit) & 1n)?.[0]
}
