/**
 * Every forgery on a database that is whole again before each: the rogue writes, looks, starts the node
 * anew, and looks once more. He has the database's superuser and everything but the master key and a
 * node's memory.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostmaster, killPostmaster } from '../support/postmaster.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { assemble, endActing, findPerson, type Cast } from './cast.ts'
import { forgeries } from './forgeries.ts'
import type { Forgery, Known, Party } from './forgery.ts'
import { look } from './look.ts'
import { reachOut } from './reach-out.ts'
import { Superuser } from './superuser.ts'

export interface Outcome {
  readonly title: string
  /** Rows he wrote. */
  readonly written: number
  /** `refused`: the node does not start on such a database. `ignored`: it starts and gives him nothing. */
  readonly result: 'refused' | 'ignored' | 'broken in'
  readonly secrets: readonly string[]
  /** Acts he was let do alone. */
  readonly powers: readonly string[]
  /** Somebody is told: in the log of the node or by its not starting. */
  readonly isAlarmed: boolean
}

export interface ProofOptions {
  readonly seed: number
  /** All of them if not said. */
  readonly chosen?: readonly Forgery[]
  readonly onOutcome?: (outcome: Outcome) => void
}

export async function prove({
  seed,
  chosen = forgeries,
  onOutcome,
}: ProofOptions): Promise<readonly Outcome[]> {
  const saved = mkdtempSync(join(tmpdir(), 'tamar-rogue-'))
  await using platform = await bootPlatform()
  try {
    const known = await prepare(platform, seed)
    await platform.stop()
    const database = join(platform.data, 'pg')
    copyFolder(database, join(saved, 'pg'))
    const outcomes: Outcome[] = []
    for (const forgery of chosen) {
      rmSync(database, { recursive: true })
      copyFolder(join(saved, 'pg'), database)
      const outcome = await attempt(platform, forgery, known)
      onOutcome?.(outcome)
      outcomes.push(outcome)
    }
    return outcomes
  } finally {
    rmSync(saved, { recursive: true, force: true })
  }
}

const stopTimeoutMs = 5_000

async function prepare(platform: Platform, seed: number): Promise<Known> {
  const cast = await assemble(platform, seed)
  const first = await look(platform, cast)
  assert.ok(
    first.isSighted && first.secrets.length > 0,
    'while he acts in a post he reads its mail',
  )
  await using database = await Superuser.connect(platform)
  const parties = await partiesOf(platform, database, cast)
  const remembered = await remember(database)
  await endActing(platform, cast)
  const second = await look(platform, cast)
  assert.deepEqual(second, { isSighted: true, secrets: [] }, 'before he forges he reads his own')
  assert.deepEqual(await reachOut(platform, cast), [], 'before he forges he may do none of it')
  return { cast, ...parties, remembered }
}

/** Whose row is whose, as somebody finds out who sees sizes and times. */
async function partiesOf(
  platform: Platform,
  database: Superuser,
  cast: Cast,
): Promise<Pick<Known, 'rogue' | 'victim'>> {
  const find = async (address: string): Promise<Party> => {
    const { id } = await findPerson(platform, address)
    const [row] = await database.rows(
      'SELECT account_id, department_id FROM person WHERE id = $1',
      [id],
    )
    assert.ok(row, address)
    return {
      personId: id,
      accountId: String(row['account_id']),
      departmentId: String(row['department_id']),
    }
  }
  return { rogue: await find(cast.rogue.address), victim: await find(cast.victim.address) }
}

/** The row that makes him the post's acting holder, whole. */
async function remember(database: Superuser): Promise<Known['remembered']> {
  const [holder] = await database.rows('SELECT * FROM post_holder ORDER BY version DESC LIMIT 1')
  assert.ok(holder)
  return { holder }
}

async function attempt(platform: Platform, forgery: Forgery, known: Known): Promise<Outcome> {
  await platform.start()
  const written = await writeInto(platform, forgery, known)
  const running = await look(platform, known.cast)
  const powers = [...(await reachOut(platform, known.cast))]
  await stopAnyhow(platform)
  const isUp = await startsAgain(platform)
  const anew = isUp ? await look(platform, known.cast) : { isSighted: false, secrets: [] }
  if (isUp) powers.push(...(await reachOut(platform, known.cast)))
  const isAlarmed = !isUp || (await hasAlarm(platform))
  if (isUp && forgery.spoilsHisOwn !== true)
    assert.ok(anew.isSighted, `${forgery.title}: he could not even read his own`)
  await stopAnyhow(platform)
  const secrets = [...new Set([...running.secrets, ...anew.secrets])]
  const held = isUp ? 'ignored' : 'refused'
  return {
    title: forgery.title,
    written,
    result: secrets.length > 0 || powers.length > 0 ? 'broken in' : held,
    secrets,
    powers: [...new Set(powers)],
    isAlarmed,
  }
}

async function writeInto(platform: Platform, forgery: Forgery, known: Known): Promise<number> {
  await using database = await Superuser.connect(platform)
  return await forgery.forge(database, known)
}

/** The node's log tells of rows, the audit trail of what access did not believe. */
async function hasAlarm(platform: Platform): Promise<boolean> {
  if (/does not verify|UnknownEpoch|SealError/.test(platform.child.stderr)) return true
  const entries = JSON.stringify(await tamar(platform, 'audit', 'list'))
  return entries.includes('"kind":"alarm"')
}

/** False: it said in one line why not. */
async function startsAgain(platform: Platform): Promise<boolean> {
  try {
    await platform.start()
    return true
  } catch (error) {
    if (/was changed by something else than Tamar/.test(platform.child.stderr)) return false
    throw error
  }
}

/** What he wrote may keep the node from stopping well; the next trial begins on whole files. */
async function stopAnyhow(platform: Platform): Promise<void> {
  if (!platform.child.hasEnded) {
    platform.child.kill('SIGINT')
    await platform.child.end(stopTimeoutMs).catch(() => platform.kill())
  }
  const left = findPostmaster(platform.data)
  if (left !== undefined) await killPostmaster(left)
}

/** Owners and modes too: PostgreSQL's files belong to an unprivileged user where root runs this. */
function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to])
}
