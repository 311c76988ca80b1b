/**
 * Debian's Cyrus at a socket of its own, for one test. Its packages cannot be installed beside
 * Dovecot's: unpacked (`dpkg-deb -x`) they do as well, and nothing is configured or started outside a
 * temporary folder.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { Child } from '../support/child.ts'
import { ImapPeer } from '../support/imap-peer.ts'
import { makeThrowaway } from '../support/throwaway.ts'
import { rootOf, unpackedAt } from '../support/unpacked.ts'
import { until } from '../support/until.ts'
import type { Oracle } from './pair.ts'

interface Programs {
  readonly folder: string
  readonly libraries: string
}

const startTimeoutMs = 10_000
/** Debian's `nobody` and `nogroup`: Cyrus gives root up. */
const nobody = 65_534

/** Where its programs are; a sentence about what is missing, when they are not. */
export function findCyrus(): Programs | string {
  const root = rootOf(imapd)
  return root === undefined ? unpackedAt('cyrus-imapd and cyrus-common') : checked(root)
}

const programs = 'usr/lib/cyrus/bin'
const imapd = `${programs}/imapd`

/** The unpacked programs find their own libraries; those of other packages have to be installed. */
function checked(root: string): Programs | string {
  const libraries = join(root, 'usr/lib', `${architecture()}-linux-gnu`)
  const { stdout } = spawnSync('ldd', [join(root, imapd)], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    encoding: 'utf8',
  })
  const missing = [...stdout.matchAll(/(\S+) => not found/g)].map(([, name]) => name)
  if (missing.length > 0) return `Cyrus’ libraries ${[...new Set(missing)].join(', ')}`
  return { folder: join(root, programs), libraries }
}

function architecture(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86_64'
}

export async function startCyrus({ folder: programs, libraries }: Programs): Promise<Oracle> {
  const folder = makeThrowaway('tamar-test-')
  const places = prepare(folder, programs)
  const master = new Child(
    join(programs, 'master'),
    ['-D', '-C', places.config, '-M', places.services, '-p', join(folder, 'master.pid')],
    { environment: { LD_LIBRARY_PATH: libraries, TZ: 'UTC' } },
  )
  await until('Cyrus', startTimeoutMs, () => existsSync(places.socket) || master.hasEnded)
  const sockets: Socket[] = []
  return {
    async connect() {
      const socket = connect(places.socket)
      sockets.push(socket)
      await once(socket, 'connect')
      const peer = new ImapPeer('cyrus', socket, socket)
      await peer.greet()
      await peer.command('LOGIN tester anything')
      return peer
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      master.kill('SIGTERM')
      await master.end(startTimeoutMs)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whoever knocks at the socket in this folder is the one user. */
function prepare(folder: string, programs: string) {
  const [config, services, socket] = ['imapd.conf', 'cyrus.conf', 'imap'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? 'nobody' : spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim()
  const group = isRoot ? 'nogroup' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()
  const own = ['db', 'socket', 'proc', 'log', 'msg', 'lock'].map((name) => join('lib', name))
  for (const name of ['spool', 'lib', ...own]) {
    mkdirSync(join(folder, name))
    if (isRoot) chownSync(join(folder, name), nobody, nobody)
  }
  if (isRoot) chmodSync(folder, 0o755)
  writeFileSync(
    config,
    `configdirectory: ${folder}/lib
defaultpartition: default
partition-default: ${folder}/spool
servername: localhost
unixhierarchysep: yes
altnamespace: yes
allowplaintext: yes
sasl_pwcheck_method: alwaystrue
sasl_mech_list: PLAIN
autocreate_quota: 0
autocreate_post: 1
cyrus_user: ${user}
cyrus_group: ${group}
expunge_mode: immediate
delete_mode: immediate
munge8bit: no
`,
  )
  const command = `${join(programs, 'imapd')} -C ${config}`
  writeFileSync(services, `SERVICES {\n  imap cmd="${command}" listen="${socket}"\n}\n`)
  return { config, services, socket }
}
