/** `npm run check`: format, lint, types, rooms. Runs all of them and says which failed. */
import { spawnSync } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBreaches, findWebBreaches } from './rooms.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

function run(name: string, command: string, args: readonly string[]): boolean {
  const started = performance.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  return status === 0
}

function checkRooms(): boolean {
  const breaches = [...findBreaches(root), ...findWebBreaches(root)]
  for (const { file, why } of breaches) console.log(`${relative(root, file)}: ${why}`)
  console.log(`${breaches.length === 0 ? 'ok  ' : 'FAIL'} rooms`)
  return breaches.length === 0
}

const results = [
  run('format', bin('oxfmt'), ['--check', '.']),
  run('lint', bin('oxlint'), ['--type-aware', '--quiet', '.']),
  run('types', bin('tsc'), ['-p', '.']),
  run('types of the web', bin('tsc'), ['-p', 'web']),
  checkRooms(),
]
process.exitCode = results.every(Boolean) ? 0 : 1
