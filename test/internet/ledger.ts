/**
 * Many messages through a way that is cut again and again, the node killed besides, held against a
 * list of what was acknowledged to their sender.
 */
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { sendAs } from '../support/mail-programs.ts'
import type { Person, Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'
import type { HostileName } from './domains.ts'
import type { Harm } from './proxy.ts'

export interface LedgerOptions {
  readonly platform: Platform
  readonly sender: Person
  readonly messages: number
  readonly cuts: number
  /** What was under way at a kill waits for its lease: it takes half an hour more. */
  readonly kills: number
  readonly harm: (domain: HostileName, what?: Harm) => Promise<string>
  readonly boxes: readonly string[]
}

export interface LedgerResult {
  readonly messages: number
  readonly cuts: number
  readonly kills: number
  readonly lost: number
  readonly doubled: number
  /** Messages whose 250 may have been hidden: they were under way at a late cut or a kill. */
  readonly hidden: number
}

const ways = ['cut.plain', 'cut-late.plain', 'delay.plain'] as const
const queueSchema = z.array(z.object({ messageId: z.string(), isUnderWay: z.boolean() }))
const drainMs = 2_400_000
/** Sent by a few programs at once. */
const programs = 4

export async function sendLedger(options: LedgerOptions): Promise<LedgerResult> {
  const { platform, sender, messages, cuts, harm, boxes } = options
  const acknowledged: string[] = []
  let next = 0
  let kills = 0
  /** While the node is away nobody sends. */
  let isUp = Promise.resolve()
  const run = process.pid
  for (const way of ways) await harm(way, 'none')
  await liftRates(platform)
  const sendSome = async (): Promise<void> => {
    const program = sendAs(platform, sender, 'submissions', true)
    for (let at = next++; at < messages; at = next++) {
      await isUp
      const mark = `ledger-${run}-${at}`
      const to = `a@${ways[at % ways.length]}`
      try {
        await program.sendMail({ from: sender.address, to, subject: mark, text: mark.repeat(200) })
        acknowledged.push(mark)
      } catch {
        // The node was killed: what was not acknowledged is not owed.
      }
    }
    program.close()
  }
  const disturb = async (): Promise<void> => {
    for (let cut = 0; cut < cuts && acknowledged.length < messages; cut++) {
      const way = ways[randomInt(2)] ?? 'cut.plain'
      await harm(way, way === 'cut.plain' ? 'cut' : 'cut-late')
      await delay(500)
      await harm(way, 'none')
      if (kills === options.kills) continue
      kills++
      const { promise, resolve } = Promise.withResolvers<void>()
      isUp = promise
      await platform.kill()
      await platform.start()
      resolve()
    }
  }
  await Promise.all([disturb(), ...Array.from({ length: programs }, sendSome)])
  await until('the queue to be empty', drainMs, async () => {
    const items = queueSchema.parse(await tamar(platform, 'queue', 'list'))
    for (const { messageId, isUnderWay } of items.slice(0, 20))
      if (!isUnderWay) await tamar(platform, 'queue', 'retry', messageId).catch(() => undefined)
    return items.length === 0
  })
  const copies = countCopies(boxes, `ledger-${run}-`)
  const doubles = [...copies.values()].filter((count) => count > 1)
  const hiddenText = await harm('cut-late.plain')
  return {
    messages: acknowledged.length,
    cuts,
    kills,
    lost: acknowledged.filter((mark) => !copies.has(mark)).length,
    doubled: doubles.length,
    hidden: new Set(hiddenText.match(/ledger-\d+-\d+/g)).size + kills * 64,
  }
}

/** As many from one account as only a stolen one sends: what is built in would hold or refuse them. */
async function liftRates(platform: Platform): Promise<void> {
  const lines = ['account-rate recipientsInHour', 'burst-outside externalInBurst'] as const
  const rules = lines.map((line) => `${line}=1000000`)
  await tamar(
    platform,
    '--reason',
    'a ledger',
    'policy',
    'set',
    'mail.rules',
    JSON.stringify(rules),
  )
}

function countCopies(boxes: readonly string[], prefix: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const box of boxes)
    for (const name of readdirSync(box)) {
      const text = readFileSync(join(box, name), 'utf8')
      const mark = new RegExp(`^Subject: (${prefix}\\d+)`, 'm').exec(text)?.[1]
      if (mark !== undefined) counts.set(mark, (counts.get(mark) ?? 0) + 1)
    }
  return counts
}
