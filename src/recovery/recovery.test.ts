/** Backup and restoration of a filled platform on real PostgreSQL, and every way a file can lie. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { DebianPostgres } from '../../test/support/debian-postgres.ts'
import {
  canaries,
  fillPlatform,
  openPlace,
  openRooms,
  type Place,
} from '../../test/support/filled-platform.ts'
import { OctetSearch } from '../../test/support/find-octets.ts'
import { needs } from '../../test/support/needs.ts'
import { createDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import type { Database } from '../db/types.ts'
import { backupPlatform } from './backup.ts'
import { listTables } from './catalogue.ts'
import { seededTables } from './empty.ts'
import { restorePlatform } from './restore.ts'
import { RecoveryFault, type BackupResult } from './types.ts'
import { verifyBackup } from './verify-backup.ts'

interface Taken extends AsyncDisposable {
  readonly place: Place
  readonly file: string
  readonly result: BackupResult
  /** The highest numbers given out by then. */
  readonly highest: { readonly validity: number; readonly modseq: number }
}

/** One backup of a filled platform for all tests here: what is read only is made once. */
let shared: Promise<Taken> | undefined
after(async () => (await shared)?.[Symbol.asyncDispose]())
const taken = () => (shared ??= takeBackup())

async function takeBackup(): Promise<Taken> {
  const place = await openPlace()
  await using t = await openTestDatabase()
  await fillPlatform(t.database, place)
  const file = join(place.folder, 'all.tamar')
  const result = await backupPlatform({ ...place, database: t.owner, target: file })
  const highest = await t.owner.row<Taken['highest']>({
    text: 'SELECT max(uid_validity_last) AS validity, max(modseq) AS modseq FROM account',
  })
  assert.ok(highest)
  const dispose = () => place[Symbol.asyncDispose]()
  return { place, file, result, highest, [Symbol.asyncDispose]: dispose }
}

/** The platform of the backup, restored as it was. */
async function openRestored({ place, file }: Taken) {
  const t = await openTestDatabase()
  await restorePlatform({ ...place, database: t.owner, source: file, isContinued: true })
  return t
}

const fault = (sentence: RegExp) => (error: unknown) =>
  error instanceof RecoveryFault && sentence.test(error.message)

/** The rows of a restored database as a second backup of it counts them. */
async function countAgain(database: Database, place: Place, from: Taken) {
  const target = join(place.folder, 'again.tamar')
  const { master } = from.place
  const { manifest } = await backupPlatform({ ...place, master, database, target })
  return manifest
}

test('what was backed up is restored row for row and object for object, and opens', async () => {
  const from = await taken()
  assert.equal(from.result.missingObjects, 0)
  assert.ok(from.result.manifest.objects.count > 0)
  await using place = await openPlace()
  await using t = await openTestDatabase()
  const { master } = from.place
  const target = { ...place, master, database: t.owner, source: from.file }
  const { manifest } = await restorePlatform({ ...target, isContinued: true })
  assert.deepEqual(manifest, from.result.manifest)
  assert.deepEqual(await countAgain(t.owner, place, from), manifest)
  await using rooms = await openRooms(t.database, place, master)
  assert.deepEqual(await rooms.findings(), [])
  assert.equal(rooms.directory.people().length, 12)
})

test('numbers that were given out after the backup do not come again', async () => {
  const from = await taken()
  await using place = await openPlace()
  await using t = await openTestDatabase()
  const { master } = from.place
  await restorePlatform({ ...place, master, database: t.owner, source: from.file })
  const text = `SELECT min(uid_validity) AS validity, min(modseq) AS modseq FROM (
    SELECT uid_validity, a.modseq FROM mailbox JOIN account a USING (account_id)) AS numbers`
  const restored = await t.database.row<{ validity: number; modseq: number }>({ text })
  assert.ok((restored?.validity ?? 0) > from.highest.validity)
  assert.ok((restored?.modseq ?? 0) > from.highest.modseq + 1_000_000)
  await using rooms = await openRooms(t.database, place, master)
  assert.deepEqual(await rooms.findings(), [])
  const [person] = rooms.directory.people()
  const mailboxes = await rooms.store.mailboxes(person?.accountId ?? '')
  const validities = new Set(mailboxes.map(({ uidValidity }) => uidValidity))
  assert.equal(validities.size, mailboxes.length)
})

test('nothing of a backup can be read without the master key', async () => {
  const { file } = await taken()
  const octets = await readFile(file)
  const words = [...Object.values(canaries), 'queued_message', 'Transport Department']
  assert.deepEqual(new OctetSearch(words).inOctets(octets, file), [])
})

test('a backup is verified without a database, with its progress', async () => {
  const { file, place, result } = await taken()
  const steps: number[] = []
  const onProgress = (_what: string, done: number, total?: number) => {
    assert.ok(done <= (total ?? 0))
    steps.push(done)
  }
  const found = await verifyBackup({ source: file, master: place.master, onProgress })
  assert.deepEqual(found.manifest, result.manifest)
  assert.deepEqual(found.header, result.header)
  assert.ok(steps.length > 10)
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  )
})

test('another master key is refused in one line that names both', async () => {
  const { file, place } = await taken()
  await using other = await openPlace()
  const expected = new RegExp(`under master key ${place.master.id}, .* has ${other.master.id}`)
  await assert.rejects(verifyBackup({ source: file, master: other.master }), fault(expected))
})

/** Where the frames of a backup begin, and where the last ends. */
function frameStarts(octets: Buffer): readonly number[] {
  const starts: number[] = []
  let at = 12 + 2 + 4 + octets.readUInt32BE(14) + 32
  for (; at < octets.length; at += 4 + octets.readUInt32BE(at)) starts.push(at)
  return [...starts, at]
}

test('a flipped bit anywhere, a cut, a moved and an added frame are refused', async () => {
  const { file, place } = await taken()
  const octets = await readFile(file)
  const starts = frameStarts(octets)
  assert.ok(starts.length > 3, 'several frames')
  const frame = (n: number) => octets.subarray(starts[n], starts[n + 1])
  const flip = (at: number) => {
    const copy = Buffer.from(octets)
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
    return copy
  }
  const first = starts[0] ?? 0
  const spoiled = new Map<string, Buffer>([
    ['magic', flip(3)],
    ['version', flip(12)],
    ['header length', flip(17)],
    ['header', flip(60)],
    ['header digest', flip(first - 1)],
    ['frame length', flip(first + 3)],
    ['algorithm', flip(first + 4)],
    ['first frame', flip(first + 100)],
    ['last octet', flip(octets.length - 1)],
    ['cut within', octets.subarray(0, -1)],
    ['cut between frames', octets.subarray(0, starts.at(-2))],
    ['no frames', octets.subarray(0, first)],
    ['empty', Buffer.alloc(0)],
    ['repeated end', Buffer.concat([octets, frame(starts.length - 2)])],
    ['added octet', Buffer.concat([octets, Buffer.of(0)])],
    ['without the first', Buffer.concat([octets.subarray(0, first), octets.subarray(starts[1])])],
    [
      'two changed places',
      Buffer.concat([octets.subarray(0, first), frame(1), frame(0), octets.subarray(starts[2])]),
    ],
  ])
  const source = join(place.folder, 'spoiled.tamar')
  for (const [what, spoil] of spoiled) {
    await writeFile(source, spoil)
    const refused = assert.rejects(verifyBackup({ source, master: place.master }), RecoveryFault)
    await refused.catch((error: unknown) => assert.fail(`${what}: ${String(error)}`))
  }
})

test('a frame of another backup of the same platform does not fit', async () => {
  const from = await taken()
  const { file, place } = from
  await using t = await openRestored(from)
  const target = join(place.folder, 'second.tamar')
  await backupPlatform({ ...place, database: t.owner, target })
  const [one, two] = [await readFile(file), await readFile(target)]
  const [start = 0] = frameStarts(one)
  const [other = 0] = frameStarts(two)
  const source = join(place.folder, 'mixed.tamar')
  await writeFile(source, Buffer.concat([one.subarray(0, start), two.subarray(other)]))
  const verified = verifyBackup({ source, master: place.master })
  await assert.rejects(verified, fault(/part 0 of it does not open/))
})

test('a damaged backup leaves the database as it was', async () => {
  const { file, place: from } = await taken()
  await using place = await openPlace()
  await using t = await openTestDatabase()
  const octets = await readFile(file)
  octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 1, octets.length - 1)
  const source = join(place.folder, 'damaged.tamar')
  await writeFile(source, octets)
  const target = { ...place, master: from.master, database: t.owner }
  await assert.rejects(restorePlatform({ ...target, source }), fault(/changed or cut off/))
  const rows = await t.owner.rows({ text: 'SELECT account_id FROM account' })
  assert.deepEqual(rows, [])
  await restorePlatform({ ...target, source: file })
})

test('a database that is not empty is refused and left alone', async () => {
  const from = await taken()
  const { place, file } = from
  await using t = await openRestored(from)
  const again = restorePlatform({ ...place, database: t.owner, source: file })
  await assert.rejects(again, fault(/not empty \(table \w+\); nothing was changed/))
  await using rooms = await openRooms(t.database, place, place.master)
  assert.deepEqual(await rooms.findings(), [])
})

test('a migrated database holds rows in the seeded tables only', async () => {
  await using t = await openTestDatabase()
  const filled: string[] = []
  for (const { name } of await listTables(t.owner))
    if ((await t.owner.row({ text: `SELECT 1 FROM "${name}" LIMIT 1` })) !== undefined)
      filled.push(name)
  assert.deepEqual(filled, [...seededTables])
})

test('a newer format and a newer database are refused by name', async () => {
  const { file, place } = await taken()
  const octets = await readFile(file)
  octets.writeUInt16BE(2, 12)
  const source = join(place.folder, 'newer.tamar')
  await writeFile(source, octets)
  const verified = verifyBackup({ source, master: place.master })
  await assert.rejects(verified, fault(/has format 2; this release reads up to 1/))
  await using t = await openTestDatabase()
  await t.owner.single({ text: `INSERT INTO migration VALUES (9999, 'later', 'x')` })
  const restored = restorePlatform({ ...place, database: t.owner, source: file })
  await assert.rejects(restored, fault(/ahead of the backup \(migration 9999\)/))
})

test('a file that is there is not replaced, and a failed backup leaves nothing behind', async () => {
  const from = await taken()
  const { file, place } = from
  await using filled = await openRestored(from)
  const before = readdirSync(place.folder)
  await assert.rejects(
    backupPlatform({ ...place, database: filled.owner, target: file }),
    fault(/is there already; it is left as it is/),
  )
  await using t = await openTestDatabase()
  await assert.rejects(
    backupPlatform({ ...place, database: t.owner, target: join(place.folder, 'none.tamar') }),
    fault(/no platform in this database/),
  )
  await assert.rejects(
    backupPlatform({
      ...place,
      database: filled.owner,
      target: join(place.folder, 'no/such.tamar'),
    }),
    fault(/its folder is not/),
  )
  assert.deepEqual(readdirSync(place.folder), before)
})

test('a backup says when mail had lost its object before', async () => {
  await using place = await openPlace()
  await using t = await openTestDatabase()
  await fillPlatform(t.database, place)
  const [first] = await Array.fromAsync(place.objects.list())
  await place.objects.delete(first?.id ?? '')
  const target = join(place.folder, 'lost.tamar')
  const { missingObjects } = await backupPlatform({ ...place, database: t.owner, target })
  assert.ok(missingObjects > 0)
})

test('a platform moves from PostgreSQL 15 to the embedded 18 through a backup', async (t) => {
  if (!needs(t, '/usr/lib/postgresql/15/bin/initdb')) return
  await using place = await openPlace()
  await using old = await DebianPostgres.start()
  const file = join(place.folder, 'fifteen.tamar')
  {
    await using owner = createDatabase({ url: old.url, asOwner: true, connectionsMax: 2 })
    await migrate(owner)
    await using database = createDatabase({ url: old.url, connectionsMax: 6 })
    await fillPlatform(database, place)
    assert.match(await versionOf(owner), /^15\./)
    await backupPlatform({ ...place, database: owner, target: file })
  }
  await using next = await openTestDatabase()
  assert.match(await versionOf(next.owner), /^18\./)
  const options = { ...place, database: next.owner, source: file }
  await restorePlatform({ ...options, isContinued: true })
  await using rooms = await openRooms(next.database, place, place.master)
  assert.deepEqual(await rooms.findings(), [])
  assert.equal(rooms.directory.people().length, 12)
})

async function versionOf(database: Database): Promise<string> {
  const row = await database.row<{ server_version: string }>({ text: 'SHOW server_version' })
  return row?.server_version ?? ''
}
