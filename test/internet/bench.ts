/** Everything the cases stand on, started in order and ended in the opposite one. */
import { createHash, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { ensureCertificates } from '../../src/net/certificates.ts'
import { Child } from '../support/child.ts'
import { root } from '../support/platform.ts'
import { makeThrowaway } from '../support/throwaway.ts'
import { certificateNames } from './domains.ts'
import { startNames } from './names.ts'
import { Network } from './network.ts'
import { startExim, startPostfix } from './servers.ts'

const startTimeoutMs = 30_000
const casesTimeoutMs = 3_600_000

export interface Result {
  readonly code: number
  readonly said: string
}

export async function runInternet(args: readonly string[]): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  const network = stack.use(new Network())
  const folder = makeThrowaway('tamar-test-')
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  // Postfix and Exim are other users.
  chmodSync(folder, 0o755)
  const [good, evil] = await Promise.all([
    certificateIn(join(folder, 'good'), certificateNames),
    certificateIn(join(folder, 'evil'), certificateNames),
  ])
  stack.use(await startNames(network, folder, tlsaOf(good.certificatePath)))
  const [postfix, exim] = [join(folder, 'postfix'), join(folder, 'exim')]
  stack.use(await startPostfix(network, postfix, good))
  stack.use(await startExim(network, exim, good))
  const control = join(folder, 'control')
  const world = new Child(
    ...network.in(
      network.world,
      process.execPath,
      join(root, 'test/internet/world.ts'),
      control,
      good.keyPath,
      good.certificatePath,
      evil.keyPath,
      evil.certificatePath,
    ),
  )
  stack.defer(async () => {
    world.kill('SIGKILL')
    await world.end(startTimeoutMs)
  })
  await world.output(startTimeoutMs, ({ stdout }) => stdout.includes('ready') || undefined)
  const capture = join(folder, 'wire.pcap')
  const tap = await startTap(network, capture)
  stack.defer(() => tap.kill('SIGKILL'))
  const result = await runCases(network, {
    args,
    environment: {
      INTERNET_CONTROL: control,
      INTERNET_BOXES: [postfix, exim].map((one) => join(one, 'box', 'new')).join(':'),
      INTERNET_CAPTURE: capture,
      INTERNET_CA: good.caPath,
    },
  })
  if (result.code === 0) return result
  const logs = [join(postfix, 'mail.log'), join(exim, 'log', 'mainlog')].filter(existsSync)
  return { ...result, said: [result.said, ...logs.map(tailOf)].join('\n') }
}

/** What a server said last, for who looks why. */
function tailOf(path: string): string {
  return `${path}:\n${readFileSync(path, 'utf8').split('\n').slice(-60).join('\n')}`
}

interface Cases {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

async function runCases(network: Network, { args, environment }: Cases): Promise<Result> {
  const cases = join(root, 'test/internet/cases.ts')
  const flags = ['--test', '--test-isolation=none', '--test-reporter=spec']
  const child = new Child(
    ...network.in(network.ours, process.execPath, ...flags, cases, ...args),
    // The cases' certificates are the world's; what the platform is told besides is theirs to say.
    { environment: { ...environment, INTERNET_ARGS: args.join(' ') }, cwd: root },
  )
  const { code } = await child.end(casesTimeoutMs)
  return { code: code ?? 1, said: `${child.stdout}${child.stderr}` }
}

/** Every octet on the wire, in both directions. */
async function startTap(network: Network, path: string): Promise<Child> {
  const flags = ['-i', network.wire, '-U', '-w', path, '-Z', 'root']
  const child = new Child(...network.in(network.ours, 'tcpdump', ...flags))
  await child.output(startTimeoutMs, ({ stderr }) => stderr.includes('listening on') || undefined)
  return child
}

async function certificateIn(folder: string, names: readonly string[]) {
  mkdirSync(folder)
  const files = await ensureCertificates({ folder, names, clock: systemClock })
  // Exim reads its key as its own user.
  for (const path of [folder, files.keyPath]) chmodSync(path, 0o755)
  return files
}

/** RFC 7672 §3.1.1: 3 1 1, the key of the server. */
function tlsaOf(path: string): string {
  const key = new X509Certificate(readFileSync(path)).publicKey.export({
    type: 'spki',
    format: 'der',
  })
  return `3 1 1 ${createHash('sha256').update(key).digest('hex')}`
}
