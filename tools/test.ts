/**
 * `npm test`: one embedded PostgreSQL for all, the rooms' tests in one process, the journeys (which
 * boot the platform) in a process each. Counts what was skipped and says why; with TAMAR_REQUIRE=all a
 * skip is a failure. `npm test -- PATTERN` runs the files whose path contains it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCluster } from '../src/db/embedded/cluster.ts'
import { makeThrowaway, sweepThrowaways } from '../test/support/throwaway.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pattern = process.argv[2] ?? ''
const find = (glob: string) =>
  globSync(glob, { cwd: root })
    .filter((file) => file.includes(pattern))
    .toSorted()

const rooms = [...find('src/**/*.test.ts'), ...find('tools/**/*.test.ts')]
const journeys = find('test/**/*.test.ts')

interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const swept = await sweepThrowaways()
if (swept > 0) console.log(`${swept} folders of test runs that were killed are gone`)
const folder = makeThrowaway('tamar-test-')
const cluster = await startCluster({ folder: join(folder, 'pg'), isThrowaway: true })
const outcomes: Outcome[] = []
try {
  // Beside each other: each keeps about one core busy.
  const apart = ['--test-isolation=process', '--test-concurrency=1']
  outcomes.push(
    ...(await Promise.all([
      ...(rooms.length > 0 ? [run('rooms', ['--test-isolation=none', ...rooms])] : []),
      ...(journeys.length > 0 ? [run('journeys', [...apart, ...journeys])] : []),
    ])),
  )
} finally {
  await cluster[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
}

const total = (key: keyof Outcome) => outcomes.reduce((sum, each) => sum + each[key], 0)
const [passed, failed, skipped] = [total('passed'), total('failed'), total('skipped')]
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
const isComplete = process.env['TAMAR_REQUIRE'] !== 'all' || skipped === 0
process.exitCode = failed === 0 && passed > 0 && isComplete ? 0 : 1

async function run(name: string, args: readonly string[]): Promise<Outcome> {
  console.log(`# ${name}`)
  const reporter = join(root, 'tools', 'test-reporter.ts')
  const child = spawn(process.execPath, ['--test', `--test-reporter=${reporter}`, ...args], {
    cwd: root,
    env: { ...process.env, TAMAR_TEST_SOCKETS: cluster.connection.host },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    process.stdout.write(chunk)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const count = (key: string) => Number(new RegExp(`^# ${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const outcome = { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
  // A run that died before it could count has failed, whatever it had counted.
  return code === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 }
}
