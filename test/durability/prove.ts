/**
 * Kills the node, or its PostgreSQL, at random moments under load, and reads every mailbox against
 * the ledger at the end: nothing acknowledged is lost, altered or doubled, and no number goes back.
 */
import { seededRandom } from '../../tools/seeded-random.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { kill, victims, type Victim } from '../support/kill.ts'
import { until } from '../support/until.ts'
import { Ledger } from './ledger.ts'
import { startLoad, type Load } from './load.ts'
import { settle, type Settlement } from './settle.ts'
import { Watch } from './watch.ts'

export interface ProofOptions {
  readonly kills: number
  readonly seed: number
  readonly connections?: number
  readonly onKill?: (line: string) => void
}

export interface Proof extends Settlement {
  readonly kills: Readonly<Record<Victim, number>>
  readonly acknowledged: number
  /** How often a sender was cut off or refused for now. */
  readonly failures: number
  readonly wentBack: readonly string[]
}

/** A kill comes after at most so many acknowledgements and so many milliseconds: both by chance. */
const acknowledgedMax = 60
const momentMsMax = 120
const progressTimeoutMs = 60_000

/** Mailboxes visited before and after each kill; all of them are at the end. */
const visitedPeople = 2

export async function prove(options: ProofOptions): Promise<Proof> {
  const { seed, connections = 4 } = options
  const random = seededRandom(seed)
  const ledger = new Ledger()
  await using platform = await bootPlatform({ environment: { TAMAR_LOG_LEVEL: 'warn' } })
  const watch = new Watch(platform)
  await using load = startLoad({ platform, ledger, random: seededRandom(seed + 1), connections })
  const kills = { node: 0, database: 0, both: 0 }
  for (let round = 1; round <= options.kills; round++) {
    const people = choosePeople(platform, random)
    await watch.visit(people)
    const moment = await awaitMoment(load, random)
    const victim = victims[Math.floor(random() * victims.length)] ?? 'both'
    await kill(platform, victim)
    kills[victim]++
    await platform.start()
    await watch.visit(people)
    options.onKill?.(
      `${round}: ${victim} after ${moment}, ready in ${platform.readyMs.toFixed(0)} ms, ` +
        `${load.acknowledged} acknowledged`,
    )
  }
  await load.finish()
  await watch.close()
  const { size: acknowledged } = ledger.acknowledged
  const { failures } = load
  const { wentBack } = watch
  return { kills, failures, acknowledged, wentBack, ...(await settle(platform, ledger)) }
}

function choosePeople({ ready }: Platform, random: () => number): readonly Person[] {
  const first = Math.floor(random() * ready.people.length)
  return [...ready.people, ...ready.people].slice(first, first + visitedPeople)
}

/** Under load and at a moment that falls anywhere in the work of a delivery. */
async function awaitMoment(load: Load, random: () => number): Promise<string> {
  const target = load.acknowledged + 1 + Math.floor(random() * acknowledgedMax)
  await until('progress of the load', progressTimeoutMs, () => load.acknowledged >= target)
  const momentMs = random() * momentMsMax
  const end = performance.now() + momentMs
  await until('the moment', progressTimeoutMs, () => performance.now() >= end)
  return `${target} acknowledged and ${momentMs.toFixed(0)} ms`
}
