import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createDirectory } from '../directory.ts'
import { rehearse } from '../rehearsal.ts'
import { createPost } from '../write/create-post.ts'
import { Refusal } from '../../base/refusal.ts'
import { importPeople, type ImportRequest } from './import-people.ts'
import { parseCsv } from './parse-csv.ts'
import { readPeople } from './read-people.ts'

test('quotes, commas, line breaks and byte order marks are read as spreadsheets write them', () => {
  const csv = '\ufeffa,b\r\n"Chan, Tai ""Tim"" Man","two\nlines"\r\n\r\n 陳 , \nlast,"x"'
  assert.deepEqual(parseCsv(csv).records, [
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['Chan, Tai "Tim" Man', 'two\nlines'] },
    { line: 5, fields: ['陳', ''] },
    { line: 6, fields: ['last', 'x'] },
  ])
  assert.equal(parseCsv('a\n"b').unclosedAt, 2)
  assert.deepEqual(parseCsv('').records, [])
})

test('every fault of a file is named with its line in plain words', () => {
  const csv = [
    'address,nameEn,nameZh,department',
    'chan@td.example,Chan,陳,TD',
    'no address,,,TD',
    'CHAN@td.example,Chan,,TD',
    'wong@td.example,Wong,',
  ].join('\n')
  assert.deepEqual(
    readPeople(csv).faults.map(({ line, field }) => [line, field]),
    [
      [3, 'address'],
      [3, 'nameEn'],
      [4, 'address'],
      [5, undefined],
    ],
  )
  assert.match(readPeople('address,nameEn\n').faults[0]?.message ?? '', /department/)
  assert.match(readPeople('address,colour\n').faults[0]?.message ?? '', /colour/)
  assert.equal(readPeople('').faults.length, 1)
})

async function open() {
  const t = await openTestDatabase()
  const r = await rehearse(t.database)
  const departmentId = await r.department()
  const directory = await createDirectory({
    database: t.database,
    keys: r.keys,
    onAlarm: () => assert.fail(),
  })
  return {
    ...r,
    departmentId,
    directory,
    run: (csv: string, mode: ImportRequest['mode'] = 'import') =>
      importPeople(t.database, r.writing, { csv, mode }),
    database: t.database,
    async [Symbol.asyncDispose]() {
      await directory[Symbol.asyncDispose]()
      await r[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
}

const people =
  'address,nameEn,department,post\nchan@td.example,Chan,td,seo(a)2\nwong@td.example,Wong,TD,\n'

test('people and who holds which post are imported in one transaction', async () => {
  await using t = await open()
  const { departmentId, writing } = t
  const names = { en: 'SEO', zh: '' }
  const postId = await t.write((tx) =>
    createPost(tx, writing, { departmentId, title: 'SEO(A)2', names, address: 'seo@td.example' }),
  )
  const report = { people: 2, appointments: 1, byDepartment: { TD: 2 }, faults: [] }
  for (const mode of ['preview', 'dry-run'] as const) {
    assert.deepEqual(await t.run(people, mode), { ...report, isImported: false })
    await t.directory.refresh()
    assert.deepEqual(t.directory.people(), [])
  }
  assert.deepEqual(await t.run(people), { ...report, isImported: true })
  await t.directory.refresh()
  const chan = t.directory.personByAddress('chan@td.example')
  assert.ok(chan)
  assert.deepEqual(
    t.directory.postsHeldBy(chan.id, t.clock.now()).map((post) => post.id),
    [postId],
  )
})

test('one fault and nobody is imported', async () => {
  await using t = await open()
  await t.person(t.departmentId, 'lee')
  const csv = [
    'address,nameEn,department,post',
    'chan@td.example,Chan,TD,',
    'lee@td.example,Lee,TD,',
    'ho@dh.example,Ho,TD,',
    'ng@td.example,Ng,DH,',
    'yu@td.example,Yu,TD,CEO',
  ].join('\n')
  const { faults, isImported } = await t.run(csv)
  assert.equal(isImported, false)
  assert.deepEqual(
    faults.map(({ line, field }) => [line, field]),
    [
      [3, 'address'],
      [4, 'address'],
      [5, 'department'],
      [6, 'post'],
    ],
  )
  await t.directory.refresh()
  assert.equal(t.directory.people().length, 1)
})

test('an import that appoints needs what an appointment needs', async () => {
  await using t = await open()
  const { departmentId, writing } = t
  const names = { en: 'SEO', zh: '' }
  await t.write((tx) =>
    createPost(tx, writing, { departmentId, title: 'SEO(A)2', names, address: 'seo@td.example' }),
  )
  const requireGrant = () => Promise.reject(new Refusal('needs-approval'))
  const run = importPeople(
    t.database,
    { ...writing, requireGrant },
    { csv: people, mode: 'import' },
  )
  await assert.rejects(run, (error) => isRefusal(error, 'needs-approval'))
})
