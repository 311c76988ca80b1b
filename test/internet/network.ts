/**
 * Two network namespaces with one wire between them: ours, with the platform and its resolver, and the
 * world, with everybody else. Nothing of them is seen from the machine's own network.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Addresses of the world. `proxies` has one for each hostile domain. */
export const places = {
  ours: '10.81.0.200',
  names: '10.81.0.1',
  postfix: '10.81.0.2',
  exim: '10.81.0.3',
  policies: '10.81.0.4',
  proxies: Array.from({ length: 16 }, (_, at) => `10.81.0.${20 + at}`),
  postfix6: 'fd81::2',
  /** No way leads there. */
  dead6: 'fd82::1',
} as const

/** Of Exim's user in the world. */
export const eximId = 65_501

export class Network implements Disposable {
  readonly ours = `tamar-ours-${process.pid}`
  readonly world = `tamar-world-${process.pid}`

  constructor() {
    const [mine, theirs] = [`to${process.pid}`, `tw${process.pid}`]
    for (const name of [this.ours, this.world]) {
      ip('netns', 'add', name)
      ip('-n', name, 'link', 'set', 'lo', 'up')
      mkdirSync(`/etc/netns/${name}`, { recursive: true })
      writeFileSync(`/etc/netns/${name}/resolv.conf`, 'nameserver 127.0.0.1\n')
    }
    // Exim insists on its user, which is only there, under any number, where its package is installed.
    this.#addEximUser('passwd', `${eximId}::/tmp:/usr/sbin/nologin`)
    this.#addEximUser('group', '')
    ip('link', 'add', mine, 'netns', this.ours, 'type', 'veth', 'peer', theirs, 'netns', this.world)
    const { proxies, names, postfix, exim, policies, postfix6, ours } = places
    this.#join(this.ours, mine, [`${ours}/24`, 'fd81::200/64'])
    const here = [names, postfix, exim, policies, ...proxies].map((address) => `${address}/24`)
    this.#join(this.world, theirs, [...here, `${postfix6}/64`])
    ip('-n', this.ours, '-6', 'route', 'add', 'unreachable', 'fd82::/16')
    this.wire = mine
  }

  /** The name of our end of the wire. */
  readonly wire: string;

  /** A command as it is run in one of the two. */
  in(name: string, ...command: readonly string[]): readonly [string, readonly string[]] {
    return ['ip', ['netns', 'exec', name, ...command]]
  }

  [Symbol.dispose](): void {
    for (const name of [this.ours, this.world]) {
      ip('netns', 'del', name)
      rmSync(`/etc/netns/${name}`, { recursive: true, force: true })
    }
  }

  #addEximUser(file: 'passwd' | 'group', more: string): void {
    const others = readFileSync(`/etc/${file}`, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Debian-exim:'))
    const lines = [...others, `Debian-exim:x:${eximId}:${more}`, '']
    writeFileSync(`/etc/netns/${this.world}/${file}`, lines.join('\n'))
  }

  #join(name: string, link: string, addresses: readonly string[]): void {
    for (const address of addresses)
      ip('-n', name, 'address', 'add', address, 'dev', link, ...(isSix(address) ? ['nodad'] : []))
    ip('-n', name, 'link', 'set', link, 'up')
  }
}

/** Undefined: they can be made here; else why not. */
export function whyNoNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  const name = `tamar-probe-${process.pid}`
  const { status } = spawnSync('ip', ['netns', 'add', name])
  if (status !== 0) return 'needs network namespaces'
  ip('netns', 'del', name)
  return undefined
}

function isSix(address: string): boolean {
  return address.includes(':')
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}
