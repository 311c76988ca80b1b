/**
 * `npm test`: one embedded PostgreSQL for all, the rooms' tests in a few processes, the journeys (which
 * boot the platform) in a process each, two at a time. Counts what was skipped and says why; with
 * TAMAR_REQUIRE=all a skip is a failure. `npm test -- PATTERN …` runs the files whose path contains one.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCluster } from '../src/db/embedded/cluster.ts'
import { makeReadyDemo, readyDemo } from '../test/support/platform.ts'
import { makeThrowaway, sweepThrowaways } from '../test/support/throwaway.ts'
import { planJobs, type Job } from './test-jobs.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const patterns = process.argv.slice(2)

/** Each keeps about one core busy, with its PostgreSQL and its clients; more would only wait. */
const jobsAtOnce = 2

/** A test that hangs is a failure with a name, long before the whole run is given up. */
const testTimeoutMs = 300_000

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
const demo = join(folder, 'demo')
try {
  const journeys = find('test/**/*.test.ts')
  // Most journeys begin with the demo: it is made once, and each has a copy of its own.
  if (journeys.length > 1) await makeReadyDemo(demo)
  const waiting = [...planJobs(find('{src,tools,web}/**/*.test.ts'), journeys)]
  await Promise.all(
    Array.from({ length: jobsAtOnce }, async () => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift())
        outcomes.push(await run(job))
    }),
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

function find(glob: string): readonly string[] {
  return globSync(glob, { cwd: root })
    .filter((file) => patterns.length === 0 || patterns.some((each) => file.includes(each)))
    .toSorted()
}

/** What a job says is said when it has ended, so that two do not talk at once. */
async function run({ name, files, isolation }: Job): Promise<Outcome> {
  const reporter = join(root, 'tools', 'test-reporter.ts')
  const from = performance.now()
  const environment = {
    ...process.env,
    TAMAR_TEST_SOCKETS: cluster.connection.host,
    ...(existsSync(demo) ? { [readyDemo]: demo } : {}),
  }
  const child = spawn(
    process.execPath,
    [
      '--test',
      `--test-isolation=${isolation}`,
      `--test-timeout=${testTimeoutMs}`,
      `--test-reporter=${reporter}`,
      ...files,
    ],
    {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  const seconds = Math.round((performance.now() - from) / 1_000)
  const count = (key: string) => Number(new RegExp(`^# ${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const outcome = { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
  const said = text.replaceAll(/^# (?:pass|fail|skip) \d+\n/gm, '')
  console.log(`# ${name}: ${outcome.passed} passed, ${seconds} s\n${said}`.trimEnd())
  // A run that died before it could count has failed, whatever it had counted.
  return code === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 }
}
