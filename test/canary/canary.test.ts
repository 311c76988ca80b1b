/**
 * Whoever holds disks, database, logs or a dump holds ciphertext: unique words go in wherever people
 * put words, and none of them is found afterwards in anything the platform keeps or says.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DebianPostgres } from '../support/debian-postgres.ts'
import { OctetSearch } from '../support/find-octets.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { usePlatform } from './use-platform.ts'
import { canaryWords } from './words.ts'

const seed = Date.now() % 1_000_000
console.log(`canary: seed ${seed}`)

test('the search finds a word in clear, in UTF-16, and in base64 and hexadecimal at any offset', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-canary-'))
  const [word, han] = [canaryWords(seed).subject, canaryWords(seed).personNameZh]
  try {
    mkdirSync(join(folder, 'deep'))
    const search = new OctetSearch([word, han])
    const disguises: readonly Buffer[] = [word, han].flatMap((each) => [
      Buffer.from(`before ${each} after`),
      Buffer.from(`before ${each} after`, 'utf16le'),
      Buffer.from(`before ${each} after`, 'utf16le').swap16(),
      Buffer.from(Buffer.from(`${each} after`).toString('hex')),
      ...[0, 1, 2, 3].map((at) =>
        Buffer.from(Buffer.from(`${'x'.repeat(at)}${each} after`).toString('base64')),
      ),
      ...[0, 1, 2, 3].map((at) =>
        Buffer.from(Buffer.from(`${'x'.repeat(at)}${each} after`).toString('base64url')),
      ),
    ])
    for (const [at, octets] of disguises.entries()) {
      const path = join(folder, 'deep', 'planted')
      writeFileSync(path, octets)
      assert.ok((await search.inFolder(folder)).discoveries.length > 0, `disguise ${at}`)
    }
    // Across the boundary of two reads, too.
    const far = Buffer.alloc(8 * 1024 * 1024 + 100)
    far.write(word, 8 * 1024 * 1024 - 10)
    writeFileSync(join(folder, 'deep', 'planted'), far)
    assert.equal((await search.inFolder(folder)).discoveries.length, 1)
    writeFileSync(join(folder, 'deep', 'planted'), 'nothing to be found here')
    assert.deepEqual((await search.inFolder(folder)).discoveries, [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('no canary is found in the data directory or in what the node says', async () => {
  const words = canaryWords(seed)
  await using platform = await bootPlatform({ environment: { TAMAR_LOG_LEVEL: 'info' } })
  const secrets = await usePlatform(platform, words)
  const bundle = join(platform.data, 'support.json')
  const made = await tamar(platform, 'support-bundle', '--out', bundle)
  await platform.stop()
  const search = new OctetSearch([...Object.values(words), ...secrets])
  // What leaves for who helps from afar: nothing of people, and all of what he needs.
  const given = readFileSync(bundle)
  assert.deepEqual(search.inOctets(given, 'the support bundle'), [])
  assert.doesNotMatch(given.toString(), /[^\s"]@[a-z]/, 'nor any other address')
  assert.match(JSON.stringify(made), /"people":1[0-9]/)
  const { discoveries, octets } = await search.inFolder(platform.data)
  console.log(`seed ${seed}: ${octets} octets searched`)
  assert.ok(octets > 10_000_000, `only ${octets} octets: the database was not among them`)
  assert.deepEqual(discoveries, [])
  assert.deepEqual(inOutput(search, platform), [])
  writeFileSync(join(platform.data, 'planted'), `a ${words.subject} in clear`)
  assert.equal((await search.inFolder(platform.data)).discoveries[0]?.word, words.subject)
})

test('no canary is found in a dump of Debian’s PostgreSQL or in its files', async (t) => {
  if (!needs(t, 'pg_ctlcluster')) return
  const words = canaryWords(seed + 1)
  await using postgres = await DebianPostgres.start()
  await using platform = await bootPlatform({ environment: { TAMAR_DATABASE_URL: postgres.url } })
  const secrets = await usePlatform(platform, words)
  const dump = await postgres.dump()
  assert.match(dump, /COPY public\.\w+/)
  await platform.stop()
  await postgres.stop()
  const search = new OctetSearch([...Object.values(words), ...secrets])
  assert.deepEqual(search.inOctets(Buffer.from(dump), 'the dump'), [])
  assert.deepEqual((await search.inFolder(postgres.folder)).discoveries, [])
  assert.deepEqual((await search.inFolder(platform.data)).discoveries, [])
  assert.deepEqual(inOutput(search, platform), [])
})

/** The line for programs tells the demo's passwords; that is what it is for. */
function inOutput(search: OctetSearch, { said }: Platform) {
  const lines = said.stdout.split('\n').filter((line) => !line.startsWith('{"ready":true'))
  return search.inOctets(Buffer.from(lines.join('\n') + said.stderr), 'the log')
}
