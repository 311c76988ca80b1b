/** What is done through this door in somebody else's mail is told to the gate, command by command. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { openRealStore } from '../../test/support/real-store.ts'
import { connected } from '../../test/support/transcript.ts'
import { Refusal } from '../base/refusal.ts'
import { openWorld, type World } from './test/world.ts'

/** Sends each command and waits for its end. */
async function open({ server }: World) {
  const { host, port } = server.addresses[0] ?? { host: '', port: 0 }
  const socket = await connected(connect({ host, port }))
  let number = 0
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const run = async (command: string): Promise<string> => {
    const tag = `t${++number}`
    text = ''
    socket.write(`${tag} ${command}\r\n`)
    const answered = new RegExp(`^${tag} (OK|NO|BAD)`, 'm')
    const signal = AbortSignal.timeout(10_000)
    while (!answered.test(text)) await once(socket, 'data', { signal })
    assert.doesNotMatch(text, /^t\d+ BAD/m, command)
    return text
  }
  const end = () => socket.destroy()
  await run('LOGIN alice secret')
  return { run, [Symbol.dispose]: end }
}

const message = '{11+}\r\nSubject: x\n'
const append = (name: string) => `APPEND ${name} ${message}`

describe('acts in mail of others', { timeout: 60_000 }, () => {
  let ground: Awaited<ReturnType<typeof openRealStore>>
  before(async () => {
    ground = await openRealStore()
  })
  after(() => ground[Symbol.asyncDispose]())

  /** What of `changes` came by a command; mailboxes are told apart by id. */
  async function stage() {
    const stack = new AsyncDisposableStack()
    const world = stack.use(await openWorld(ground))
    const client = stack.use(await open(world))
    const taken = { changes: 0, reads: 0, searches: 0 }
    const fresh = <K extends keyof typeof taken>(kind: K): World['access'][K][number][] => {
      const all: readonly World['access'][K][number][] = world.access[kind]
      const some = all.slice(taken[kind])
      taken[kind] = all.length
      return some
    }
    const changes = () =>
      fresh('changes').map(({ accountId, mailboxId, ...change }) => {
        assert.ok(accountId !== '' && mailboxId !== '')
        return { ...change }
      })
    const dispose = () => stack.disposeAsync()
    return { world, run: client.run, fresh, changes, [Symbol.asyncDispose]: dispose }
  }

  it('leave one’s own mail and that of one’s post out', async () => {
    await using t = await stage()
    for (const [name, beneath] of [
      ['INBOX', 'INBOX/new'],
      ['"Posts/SEO(A)2"', '"Posts/SEO(A)2/new"'],
    ]) {
      await t.run(append(name ?? ''))
      await t.run(`SELECT ${name}`)
      await t.run('STORE 1 +FLAGS (\\Deleted)')
      await t.run('UID SEARCH SUBJECT x')
      await t.run('EXPUNGE')
      await t.run(`CREATE ${beneath}`)
      await t.run(`DELETE ${beneath}`)
    }
    assert.deepEqual(t.changes(), [])
    assert.deepEqual(t.fresh('searches'), [])
  })

  it('are appended, flagged, copied, moved and expunged with their UIDs', async () => {
    await using t = await stage()
    await t.run('CREATE Shared/Desk/2026')
    assert.deepEqual(t.changes(), [{ what: 'mailbox', event: 'create' }])
    for (let more = 0; more < 5; more++) await t.run(append('Shared/Desk'))
    assert.deepEqual(
      t.changes().map(({ what }) => what),
      ['append', 'append', 'append', 'append', 'append'],
    )
    await t.run('SELECT Shared/Desk')
    await t.run('STORE 1 +FLAGS (\\Seen)')
    assert.deepEqual(t.changes(), [])
    await t.run('STORE 1:2 +FLAGS (\\Deleted)')
    assert.deepEqual(t.changes(), [{ what: 'flag', uids: [1, 2] }])
    await t.run('COPY 3 Shared/Desk/2026')
    await t.run('MOVE 4 Shared/Desk/2026')
    const [copied, moved] = t.changes()
    assert.deepEqual({ ...copied, toMailboxId: '' }, { what: 'copy', uids: [3], toMailboxId: '' })
    assert.deepEqual({ ...moved, toMailboxId: '' }, { what: 'move', uids: [4], toMailboxId: '' })
    await t.run('UID EXPUNGE 1')
    await t.run('EXPUNGE')
    await t.run('EXPUNGE')
    assert.deepEqual(t.changes(), [
      { what: 'delete', uids: [1] },
      { what: 'delete', uids: [2] },
    ])
    await t.run('STORE 1 +FLAGS (\\Deleted)')
    await t.run('CLOSE')
    assert.deepEqual(t.changes().at(-1), { what: 'delete', uids: [3] })
  })

  it('are as many as accounts they concern', async () => {
    await using t = await stage()
    for (let more = 0; more < 2; more++) await t.run(append('Shared/Desk'))
    t.changes()
    await t.run('SELECT Shared/Desk')
    await t.run('COPY 1 INBOX')
    assert.deepEqual([t.fresh('reads').map(({ uids }) => uids), t.changes()], [[[1]], []])
    await t.run('MOVE 1 INBOX')
    assert.deepEqual(
      t.fresh('reads').map(({ uids }) => uids),
      [[1]],
    )
    assert.deepEqual(t.changes(), [{ what: 'delete', uids: [1] }])
    await t.run('SELECT INBOX')
    await t.run('COPY 1 Shared/Desk')
    assert.deepEqual(t.changes(), [{ what: 'append' }])
  })

  it('on mailboxes say what was done, and what went with them', async () => {
    await using t = await stage()
    await t.run('CREATE Shared/Desk/2025')
    await t.run(append('Shared/Desk/2025'))
    await t.run('RENAME Shared/Desk/2025 Shared/Desk/2026')
    await t.run('SETMETADATA Shared/Desk/2026 (/shared/comment "x" /private/comment "y")')
    await t.run('SETMETADATA Shared/Desk/2026 (/private/comment "z")')
    await t.run('DELETE Shared/Desk/2026')
    assert.deepEqual(t.changes(), [
      { what: 'mailbox', event: 'create' },
      { what: 'append' },
      { what: 'mailbox', event: 'rename' },
      { what: 'mailbox', event: 'annotate' },
      { what: 'mailbox', event: 'delete' },
      { what: 'delete', uids: [1] },
    ])
  })

  it('are searched with their words, and what is found was read', async () => {
    await using t = await stage()
    for (let more = 0; more < 2; more++) await t.run(append('Shared/Desk'))
    await t.run('SELECT Shared/Desk')
    await t.run('SEARCH UNSEEN LARGER 1')
    assert.deepEqual(t.fresh('searches'), [])
    await t.run('UID SEARCH OR FROM lee NOT (BODY plan SEEN)')
    await t.run('SORT (ARRIVAL) UTF-8 SUBJECT nothing')
    await t.run('ESEARCH IN (mailboxes Shared/Desk) TEXT x')
    const found = t.fresh('searches').map(({ where, query, uids }) => [where, query, uids])
    assert.deepEqual(found, [
      ['mail', 'OR HEADER "from" "lee" NOT (BODY "plan" SEEN)', [1, 2]],
      ['mail', 'HEADER "subject" "nothing"', []],
      ['mail', 'TEXT "x"', [1, 2]],
    ])
  })

  it('are not done when they cannot be told', async () => {
    await using t = await stage()
    await t.run(append('Shared/Desk'))
    await t.run('SELECT Shared/Desk')
    t.world.access.recordChange = () => Promise.reject(new Refusal('audit-unavailable'))
    for (const command of [
      append('Shared/Desk'),
      'STORE 1 +FLAGS (\\Deleted)',
      'MOVE 1 INBOX',
      'CREATE Shared/Desk/new',
    ])
      assert.match(await t.run(command), /NO \[UNAVAILABLE\]/, command)
    assert.match(await t.run('SELECT Shared/Desk/new'), /NO \[NONEXISTENT\]/)
    assert.match(await t.run('STATUS Shared/Desk (MESSAGES DELETED)'), /MESSAGES 1 DELETED 0/)
  })
})
