/** Debian's Knot signs and serves the world's zones, and Debian's Unbound validates beside the platform. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../support/child.ts'
import { until } from '../support/until.ts'
import { zoneOf } from './domains.ts'
import { places, type Network } from './network.ts'

const startTimeoutMs = 20_000
const zones = ['world', 'plain', 'bogus'] as const

export async function startNames(
  network: Network,
  folder: string,
  tlsa: string,
): Promise<AsyncDisposable> {
  const knot = await startKnot(network, join(folder, 'knot'), tlsa)
  const unbound = await startUnbound(
    network,
    join(folder, 'unbound'),
    anchorsOf(join(folder, 'knot')),
  )
  return {
    [Symbol.asyncDispose]: async () => {
      for (const child of [unbound, knot]) {
        child.kill('SIGTERM')
        await child.end(startTimeoutMs)
      }
    },
  }
}

async function startKnot(network: Network, folder: string, tlsa: string): Promise<Child> {
  mkdirSync(folder, { recursive: true })
  for (const zone of zones) writeFileSync(join(folder, `${zone}.zone`), zoneOf(zone, tlsa))
  const zoneLines = zones.flatMap((zone) => [
    `  - domain: ${zone}.`,
    `    file: ${zone}.zone`,
    `    storage: ${folder}`,
    ...(zone === 'plain' ? [] : ['    dnssec-signing: on', '    dnssec-policy: quick']),
  ])
  const config = [
    'server:',
    `    rundir: ${folder}`,
    `    listen: ${places.names}@53`,
    'log:',
    '  - target: stderr',
    '    any: info',
    'database:',
    `    storage: ${folder}`,
    'policy:',
    '  - id: quick',
    '    algorithm: ecdsap256sha256',
    '    single-type-signing: on',
    'zone:',
    ...zoneLines,
  ]
  const path = join(folder, 'knot.conf')
  writeFileSync(path, `${config.join('\n')}\n`)
  const child = new Child(...network.in(network.world, 'knotd', '-c', path))
  await child.output(startTimeoutMs, ({ stdout, stderr }) => {
    const said = stdout + stderr
    // Signed means that it can be asked for.
    return (
      ['world', 'bogus'].every((zone) => said.includes(`[${zone}.] DNSSEC, next signing`)) ||
      undefined
    )
  })
  return child
}

/** Of `bogus.` a digest that is not its key's. */
function anchorsOf(folder: string): readonly string[] {
  const asked = spawnSync('keymgr', ['-c', join(folder, 'knot.conf'), 'world.', 'ds'], {
    encoding: 'utf8',
  })
  const line = asked.stdout.split('\n').find((each) => / 13 2 /.test(each))
  if (line === undefined) throw new Error(`keymgr: ${asked.stdout}${asked.stderr}`)
  return [line, `bogus. DS 12345 13 2 ${'ab'.repeat(32)}`]
}

async function startUnbound(
  network: Network,
  folder: string,
  anchors: readonly string[],
): Promise<Child> {
  mkdirSync(folder, { recursive: true })
  const config = [
    'server:',
    '  interface: 127.0.0.1',
    '  do-daemonize: no',
    '  use-syslog: no',
    '  chroot: ""',
    '  username: ""',
    `  directory: "${folder}"`,
    `  pidfile: "${join(folder, 'unbound.pid')}"`,
    '  module-config: "validator iterator"',
    '  do-not-query-localhost: no',
    '  verbosity: 1',
    ...anchors.map((anchor) => `  trust-anchor: "${anchor}"`),
    ...zones.flatMap((zone) => ['stub-zone:', `  name: ${zone}.`, `  stub-addr: ${places.names}`]),
    'remote-control:',
    '  control-enable: no',
  ]
  const path = join(folder, 'unbound.conf')
  writeFileSync(path, `${config.join('\n')}\n`)
  const child = new Child(...network.in(network.ours, 'unbound', '-c', path))
  await until('Unbound', startTimeoutMs, () => child.stderr.includes('start of service'))
  return child
}
