/** Several processes of one node serve as one, and one that dies is replaced. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { findSubject, readAs, sendAs, sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

const replacedWithinMs = 20_000

test('two workers serve as one, and one that is killed is replaced', async () => {
  await using platform = await bootPlatform({ environment: { TAMAR_WORKERS: '2' } })
  const [first] = platform.ready.people
  assert.ok(first)
  const workers = workersOf(platform.data)
  assert.equal(workers.length, 2)
  const loaded = await acceptedOf(platform)
  const send = async (text: string) => {
    // A connection for each: the workers take them in turn.
    const transport = sendFromOutside(platform)
    const from = 'citizen@elsewhere.example'
    await transport.sendMail({ from, to: first.address, subject: text, text })
    transport.close()
  }
  for (const n of [1, 2, 3, 4]) await send(`before ${n}`)
  assert.equal(await acceptedOf(platform), 4 + loaded)
  const [victim] = workers
  assert.ok(victim)
  process.kill(victim, 'SIGKILL')
  await until('a worker to replace it', replacedWithinMs, () => {
    const now = workersOf(platform.data)
    return now.length === 2 && !now.includes(victim)
  })
  for (const n of [1, 2, 3, 4]) await send(`after ${n}`)
  assert.equal(await acceptedOf(platform), 8 + loaded, 'what the killed one counted counts still')
  await using reader = await readAs(platform, first)
  for (const subject of ['before 1', 'before 4', 'after 1', 'after 4'])
    assert.equal((await findSubject(reader, 'INBOX', subject)).length, 1, subject)
  await platform.stop()
  assert.deepEqual(workersOf(platform.data), [])
})

test('what an account may send in an hour is counted over all workers', async () => {
  await using platform = await bootPlatform({ environment: { TAMAR_WORKERS: '2' } })
  const sender = platform.person('wl.chan')
  const rules = JSON.stringify(['account-rate recipientsInHour=6'])
  await tamar(platform, '--reason', 'a journey', 'policy', 'set', 'mail.rules', rules)
  const send = async (subject: string) => {
    // A connection for each: the workers take them in turn.
    const transport = sendAs(platform, sender)
    const { address } = sender
    try {
      await transport.sendMail({ from: address, to: address, subject, text: subject })
      return 'taken'
    } catch (error) {
      return error instanceof Error && 'responseCode' in error ? error.responseCode : error
    } finally {
      transport.close()
    }
  }
  const heard: unknown[] = []
  for (let n = 0; n < 10; n++) heard.push(await send(`letter ${n}`))
  assert.deepEqual(heard, [...Array(5).fill('taken'), ...Array(5).fill(451)])
})

/** Of all processes together, as /metrics tells it. */
async function acceptedOf(platform: Platform): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  get(`${platform.ready.listeners.https}/metrics`, { ca: platform.ca }, (response) => {
    void text(response).then(resolve, reject)
  }).on('error', reject)
  const lines = (await promise).split('\n')
  return lines
    .filter((line) => line.startsWith('tamar_messages_accepted_total{'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Processes of this platform that were started like the one that started them. */
function workersOf(data: string): readonly number[] {
  const ours = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
        const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]
        const isOurs = command.includes(data) && command.includes('main.ts')
        return isOurs ? [{ pid: Number(name), parent: Number(parent), command }] : []
      } catch {
        // It ended between the listing and the look.
        return []
      }
    })
  const commands = new Map(ours.map(({ pid, command }) => [pid, command]))
  return ours
    .filter(({ parent, command }) => commands.get(parent) === command)
    .map(({ pid }) => pid)
}
