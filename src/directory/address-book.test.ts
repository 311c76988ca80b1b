import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { AddressBook } from './address-book.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import { appoint } from './write/appoint.ts'
import { createList } from './write/create-list.ts'
import { createPerson } from './write/create-person.ts'
import { createPost } from './write/create-post.ts'
import { setPolicy } from './write/set-policy.ts'

/** The Transport Department with two people of one family name, a post one of them holds, and two lists. */
async function openBook() {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(database))
  const departmentId = await r.department()
  const { writing, clock } = r
  const person = (address: string, en: string, zh: string) =>
    r.write((tx) => createPerson(tx, writing, { departmentId, address, names: { en, zh } }))
  const chan = await person('wl.chan@td.example', 'Chan Wai-ling', '陳慧玲')
  await person('tm.chan@td.example', 'Chan Tai-man', '陳大文')
  await r.write(async (tx) => {
    const names = { en: 'Senior Executive Officer (Administration) 2', zh: '高級行政主任（行政）2' }
    const post = { departmentId, title: 'SEO(A)2', names, address: 'seo-a2@td.example' }
    const postId = await createPost(tx, writing, post)
    await appoint(tx, writing, { postId, personId: chan, isActing: false })
    const list = { departmentId, ownerAddress: 'wl.chan@td.example' }
    const en = 'Everybody in Transport'
    const open = { names: { en, zh: '' }, address: 'all@td.example', posting: 'internal' } as const
    await createList(tx, writing, { ...list, ...open })
    const closed = { names: { en: 'Duty', zh: '' }, address: 'duty@td.example' } as const
    await createList(tx, writing, { ...list, ...closed, posting: 'members' })
  })
  const directory = stack.use(
    await createDirectory({ database, keys: r.keys, onAlarm: () => undefined }),
  )
  const book = stack.use(new AddressBook(directory))
  const asked = { max: 10, now: clock.now(), address: 'tm.chan@td.example', departmentId }
  const find = (text: string, more: Partial<typeof asked> = {}) =>
    book.lookUp(text, { ...asked, ...more }).map(({ address }) => address)
  return {
    book,
    find,
    person,
    directory,
    now: asked.now,
    async keepToItself() {
      const policy = { name: 'directory.shown-to', departmentId, value: 'department' }
      await r.write((tx) => setPolicy(tx, writing, policy))
      await directory.refresh()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('people, posts and lists are found by names in both languages, titles, departments and addresses', async () => {
  await using t = await openBook()
  assert.deepEqual(t.find('wai'), ['wl.chan@td.example'])
  assert.deepEqual(t.find('Chan Tai'), ['tm.chan@td.example'])
  assert.deepEqual(t.find('慧玲'), ['wl.chan@td.example'])
  assert.deepEqual(
    t.find('陈大文'),
    ['tm.chan@td.example'],
    'simplified characters find traditional ones',
  )
  assert.deepEqual(t.find('seo(a)2'), ['seo-a2@td.example'])
  assert.deepEqual(t.find('行政主任'), ['seo-a2@td.example'])
  assert.deepEqual(t.find('tm.ch'), ['tm.chan@td.example'])
  assert.deepEqual(t.find('chan 運輸').toSorted(), ['tm.chan@td.example', 'wl.chan@td.example'])
  assert.deepEqual(t.find('ling'), ['wl.chan@td.example'])
  assert.deepEqual(t.find('ing'), [], 'not in the middle of a Latin word')
})

test('names come before departments, and no more than asked for', async () => {
  await using t = await openBook()
  assert.equal(t.find('transport')[0], 'all@td.example')
  assert.equal(t.find('transport', { max: 2 }).length, 2)
})

test('a post says who holds it, and a list of members is offered to them alone', async () => {
  await using t = await openBook()
  const [post] = t.book.lookUp('seo', { max: 1, now: t.now, address: '', departmentId: '' })
  assert.deepEqual(post?.holders, [{ en: 'Chan Wai-ling', zh: '陳慧玲' }])
  assert.equal(post?.department.code, 'TD')
  assert.deepEqual(t.find('duty'), [])
})

test('what a department keeps to itself is offered to its own people alone', async () => {
  await using t = await openBook()
  assert.deepEqual(t.find('慧玲', { departmentId: 'another' }), ['wl.chan@td.example'])
  await t.keepToItself()
  assert.deepEqual(t.find('慧玲', { departmentId: 'another' }), [])
  assert.deepEqual(t.find('慧玲'), ['wl.chan@td.example'])
})

test('who comes to the directory is found at once', async () => {
  await using t = await openBook()
  assert.deepEqual(t.find('lee'), [])
  await t.person('my.lee@td.example', 'Lee Mei-yan', '李美欣')
  await t.directory.refresh()
  assert.deepEqual(t.find('lee'), ['my.lee@td.example'])
})

test('an address is inside, outside, or nobody’s; what looks like ours or has a colleague’s name is said', async () => {
  await using t = await openBook()
  const judge = (address: string, name?: string) => t.book.judge(address, name, t.now)
  assert.equal(judge('WL.Chan@TD.example').entry?.address, 'wl.chan@td.example')
  assert.equal(judge('all@td.example').place, 'inside')
  assert.deepEqual(judge('wl.chen@td.example'), { place: 'nobody' })
  assert.deepEqual(judge('x@elsewhere.test'), { place: 'outside' })
  assert.equal(judge('wl.chan@td.example.evil.test').looksLike, 'td.example')
  assert.equal(judge('c1@mail.test', 'CHAN Wai Ling').namesake, 'wl.chan@td.example')
  assert.equal(judge('c1@mail.test', '陈慧玲').namesake, 'wl.chan@td.example')
  assert.deepEqual(judge('no address'), { place: 'outside' })
})
