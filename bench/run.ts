/**
 * `npm run bench`: what a message, a login, a command and a waiting connection cost, measured from
 * outside on a whole node with fsync, audit and sealing as in service. Takes less than three minutes,
 * `-- --quick` less than forty seconds; `--messages N` says how big the big mailbox is; `-- --json` for programs; names of measures choose some.
 */
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { measureDelivery } from './deliver.ts'
import { measureFanOut } from './fan-out.ts'
import { formatFigures, type Figure } from './figure.ts'
import { measureIdle, measureIdleTls } from './idle.ts'
import { measureImapBig } from './imap-big.ts'
import { measureSlope } from './imap-slope.ts'
import { measureJmap } from './jmap.ts'
import { measureLogins } from './logins.ts'
import { measureMixed } from './mixed.ts'
import { measureQueue } from './queue.ts'
import { startServer } from './server.ts'
import type { Stage } from './stage.ts'

const measures: Readonly<Record<string, (stage: Stage) => Promise<readonly Figure[]>>> = {
  deliver: measureDelivery,
  'fan-out': measureFanOut,
  logins: measureLogins,
  mixed: measureMixed,
  idle: measureIdle,
  'idle-tls': measureIdleTls,
  'imap-big': measureImapBig,
  'imap-slope': measureSlope,
  jmap: measureJmap,
}
/** The last twenty stay out of the load: see `bench-platform.ts`. */
const people = 220

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    messages: { type: 'string' },
  },
})
/** It needs no node. */
const queueName = 'queue'
const unknown = positionals.find((name) => name !== queueName && !(name in measures))
if (unknown !== undefined) {
  console.error(
    `There is no measure "${unknown}". There are: ${[...Object.keys(measures), queueName].join(', ')}.`,
  )
  process.exit(64)
}

const messages = values.messages === undefined ? undefined : Number(values.messages)
if (messages !== undefined && !(messages >= 5_000)) {
  console.error('--messages is a number from 5000 on.')
  process.exit(64)
}

/** Takes its own minutes: only when it is named. */
const isLong = (name: string) => name.startsWith('imap-') || name === 'jmap'
const wanted = (name: string) =>
  positionals.length === 0 ? !isLong(name) : positionals.includes(name)
const isWaiting = (name: string) => name.startsWith('idle')
const names = Object.keys(measures).filter(wanted)

/** These on a node of their own. */
async function measureAll(some: readonly string[]): Promise<readonly Figure[]> {
  if (some.length === 0) return []
  await using server = await startServer(people)
  const { target, packTexts, restart } = server
  const users = target.users.slice(0, target.users.length - target.special)
  const figures: Figure[] = []
  for (const name of some) {
    if (!values.json) console.error(`… ${name}`)
    const stage = { target, users, packTexts, restart, isQuick: values.quick, messages }
    const found = await measures[name]?.(stage)
    figures.push(...(found ?? []))
  }
  return figures
}

const figures = [...(await measureAll(names.filter((name) => !isWaiting(name))))]
// Memory that earlier work has left free would hide what a connection needs.
for (const name of names.filter(isWaiting)) figures.push(...(await measureAll([name])))
if (positionals.includes(queueName)) figures.push(...(await measureQueue(values.quick ? 0.1 : 1)))
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.version}`
if (values.json) console.log(JSON.stringify({ machine, isQuick: values.quick, figures }))
else console.log(`${formatFigures(figures)}\n\n${machine}; on: fsync, audit, sealing`)
