/**
 * The log as an auditor has it: exported with a credential of his own, verified with what is public,
 * pseudonyms opened with the auditors' key.
 */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EntryKind } from '../../src/audit/events.ts'
import { fieldClasses } from '../../src/audit/names/field-classes.ts'
import { openNames } from '../../src/audit/names/name-box.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import { parseLeaf } from '../../src/tlog/leaf.ts'
import type { Leaf } from '../../src/tlog/types.ts'
import { run } from '../support/child.ts'
import { root, type Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { comparedFields, type Fact } from './expected.ts'

const withinMs = 90_000

export interface AuditorsLog {
  readonly leaves: readonly Leaf[]
  /** What a pseudonym stands for; an id where its name was not known. */
  readonly names: ReadonlyMap<string, string>
  /** What verify-audit said. */
  readonly said: string
}

/**
 * @param nodes whose chains are in it, those of commands beside the node too.
 * @throws when it does not verify.
 */
export async function readLog(
  platform: Platform,
  name: string,
  nodes: readonly string[] = [],
): Promise<AuditorsLog> {
  const { audit, witness } = platform.ready.audit
  const credential = join(platform.folder, `${name}.pem`)
  const folder = join(platform.folder, name)
  await command('--data', audit, 'audit', 'enrol', name, credential, '--as', 'auditor')
  await everythingIsSealed(platform, credential, nodes)
  // That somebody exports is an entry of its own: heads of later know more than the export.
  const heads = join(platform.folder, `${name}.heads`)
  copyFileSync(join(witness, 'heads'), heads)
  await command('--data', audit, 'audit', 'export', folder, '--credential', credential)
  const keys = ['--key', join(audit, 'log.vkey'), '--witness', join(witness, 'witness.vkey')]
  const said = await command('verify-audit', folder, ...keys, '--heads', heads)
  assert.match(said, /^Proven: /)
  // What the audit process says of itself is no act of the day.
  const leaves = filesIn(join(folder, 'tile', 'entries'))
    .flatMap((file) => parseBundle(readFileSync(file)).map(parseLeaf))
    .filter(({ node }) => node !== ownChain)
  return { leaves, said, names: namesIn(platform, folder) }
}

const ownChain = 'audit.tamar.local'

async function command(...args: readonly string[]): Promise<string> {
  const child = await run(join(root, 'tamar'), args, { withinMs })
  assert.equal(child.code, 0, `tamar ${args.join(' ')}: ${child.stderr}${child.stdout}`)
  return child.stdout
}

interface Status {
  readonly size: number
  readonly publishedSize: number
  readonly chains: readonly { readonly node: string; readonly seq: number }[]
}

/** All that this node numbered is in the log, and the witness has signed for it. */
async function everythingIsSealed(
  platform: Platform,
  credential: string,
  nodes: readonly string[],
): Promise<void> {
  const { audit } = platform.ready.audit
  await until('all entries to be sealed and cosigned', withinMs, async () => {
    const newestArgs = ['--data', platform.data, '--json', 'audit', 'list', '--limit', '1']
    const shown = await command(...newestArgs)
    const args = ['--data', audit, '--json', 'audit', 'status', '--credential', credential]
    // Both are answers of our own command line, held to their schemas by its tests.
    const [newest] = JSON.parse(shown) as readonly { nodeId: string; seq: number }[]
    const { size, publishedSize, chains } = JSON.parse(await command(...args)) as Status
    const sealed = chains.find(({ node }) => node === newest?.nodeId)?.seq ?? 0
    const isThere = nodes.every((id) => chains.some(({ node }) => node === id))
    return newest !== undefined && sealed >= newest.seq && size === publishedSize && isThere
  })
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .toSorted()
}

function namesIn(platform: Platform, folder: string): ReadonlyMap<string, string> {
  const pem = readFileSync(join(`${platform.data}.key`, 'auditors-key.pem'), 'utf8')
  const key = createPrivateKey(pem)
  const names = filesIn(join(folder, 'names')).flatMap((file) => openNames(key, readFileSync(file)))
  return new Map(names.map(({ pseudonym, value, known }) => [pseudonym, known ?? value]))
}

/** Leaves as facts to compare; `nameOf` knows what was made in the course of the day. */
export function factsOf(
  { names }: AuditorsLog,
  leaves: readonly Leaf[],
  nameOf: (value: string) => string,
): readonly Fact[] {
  return leaves.map(({ kind, entry }) => {
    // The verifier has read it; an unknown kind would not be comparable, and fails the day.
    const known = kind as EntryKind
    const fact: Record<string, string | number | boolean | undefined> = {}
    for (const field of comparedFields[known]) {
      const value = entry[field]
      if (value === undefined) continue
      const hasName = typeof value === 'string' && value.startsWith('~')
      const shown = hasName ? (names.get(value) ?? value) : value
      const isNamed = typeof shown === 'string' && isNamedByUs(field)
      fact[field] = isNamed ? nameOf(shown) : simple(shown)
    }
    return { ...fact, kind: known }
  })
}

const classes = new Map<string, string>(Object.entries(fieldClasses))

function isNamedByUs(field: string): boolean {
  return classes.get(field) === 'id' || field === 'departmentId' || field === 'keyId'
}

function simple(value: unknown): string | number | boolean {
  const is = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return is ? value : JSON.stringify(value)
}
