import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountStore } from '../../kit/jmap/account-store.ts'
import { Transport } from '../../kit/jmap/transport.ts'
import { Draft } from './draft.ts'
import { NotSent } from './not-sent.ts'
import { nothing } from './start.ts'
import { takeBack } from './take-back.ts'

interface Envelope {
  readonly mailFrom: { readonly parameters: object }
}

type Call = readonly [name: string, args: Record<string, unknown>, id: string]

/** A server that answers by a table and remembers what it was asked. */
function openWorld(refuse: { sending?: string; saving?: boolean } = {}) {
  const asked: Call[] = []
  let made = 0
  const answer = ([name, args, id]: Call): unknown => {
    asked.push([name, args, id])
    if (name === 'Email/set' && 'create' in args) {
      if (refuse.saving) return ['error', { type: 'serverFail' }, id]
      const created = Object.keys(args['create'] as object).map((key) => [
        key,
        { id: `e${++made}` },
      ])
      return [name, { created: Object.fromEntries(created) }, id]
    }
    if (name === 'EmailSubmission/set' && 'create' in args)
      return refuse.sending === undefined
        ? [name, { created: { sent: { id: 's1' } } }, id]
        : [name, { notCreated: { sent: { type: refuse.sending } } }, id]
    if (name === 'EmailSubmission/set') return [name, { updated: { s1: null } }, id]
    return [name, { updated: {}, destroyed: [] }, id]
  }
  const transport = new Transport({
    apiUrl: '/',
    using: [],
    callsMax: 16,
    fetch: async (_url, { body }) => {
      const { methodCalls } = JSON.parse(body as string) as { methodCalls: readonly Call[] }
      return Response.json({ methodResponses: methodCalls.map(answer) })
    },
  })
  const store = new AccountStore('a', transport)
  store.mailboxes.put([mailbox('d', 'drafts'), mailbox('s', 'sent')])
  const kept: (string | undefined)[] = []
  const clock = { now: 0, waitMs: 0 }
  const draft = new Draft({
    store,
    identities: [
      { ...identity, id: 'i1', email: 'me@td.example', textSignature: 'Myself' },
      { ...identity, id: 'i2', email: 'post@td.example', textSignature: 'The post' },
    ],
    start: { ...nothing, from: { name: null, email: 'POST@td.example' } },
    upload: async (file) => ({ blobId: 'b', type: file.type, size: file.size }),
    onKept: (id) => kept.push(id),
    later: (_act, ms) => {
      clock.waitMs = ms
      return () => undefined
    },
    now: () => clock.now,
  })
  const calls = () => asked.map(([name, args]) => `${name} ${Object.keys(args).slice(1).join(' ')}`)
  return { draft, store, asked, calls, kept, clock }
}

const identity = {
  name: '',
  replyTo: null,
  bcc: null,
  textSignature: '',
  htmlSignature: '',
  mayDelete: false,
}

const mailbox = (id: string, role: 'drafts' | 'sent') =>
  ({ id, role, name: id, parentId: null, sortOrder: 0, myRights: {} }) as never

test('a draft is kept anew before its older version goes', async () => {
  const { draft, calls, asked } = openWorld()
  draft.change({ text: 'one' })
  await draft.save()
  assert.equal(draft.state.value, 'saved')
  draft.change({ text: 'two' })
  await draft.save()
  await draft.save()
  assert.deepEqual(calls(), ['Email/set create', 'Email/set create', 'Email/set destroy'])
  assert.deepEqual(asked[2]?.[1]['destroy'], ['e1'])
})

test('what could not be kept is said, and kept the next time', async () => {
  const { draft } = openWorld({ saving: true })
  draft.change({ text: 'one' })
  await assert.rejects(draft.save())
  assert.equal(draft.state.value, 'unsaved')
})

test('a message leaves as the identity it came to, in one request, with time to think', async () => {
  const { draft, asked, calls } = openWorld()
  draft.change({ to: [{ name: null, email: 'x@y.example' }], subject: 's', text: 't' })
  const sent = await draft.send()
  assert.deepEqual(sent, { submissionId: 's1', emailId: 'e1' })
  assert.deepEqual(calls().slice(0, 2), [
    'Email/set create',
    'EmailSubmission/set create onSuccessUpdateEmail',
  ])
  const [, args] = asked[1] ?? []
  const { create } = args as unknown as { create: { sent: Record<string, unknown> } }
  assert.equal(create.sent['identityId'], 'i2')
  assert.deepEqual(create.sent['envelope'], {
    mailFrom: { email: 'post@td.example', parameters: { HOLDFOR: '10' } },
    rcptTo: [{ email: 'x@y.example', parameters: null }],
  })
})

test('what shall leave later says until when it is held', async () => {
  const { draft, asked } = openWorld()
  draft.change({ to: [{ name: null, email: 'x@y.example' }], text: 't' })
  await draft.send(new Date('2026-12-01T08:00:00.500Z'))
  const [, args] = asked[1] ?? []
  const { create } = args as unknown as { create: { sent: { envelope: Envelope } } }
  assert.deepEqual(create.sent.envelope.mailFrom.parameters, { HOLDUNTIL: '2026-12-01T08:00:00Z' })
})

test('what was sent or thrown away is not kept as a draft again', async () => {
  const sent = openWorld()
  sent.draft.change({ to: [{ name: null, email: 'x@y.example' }], text: 't' })
  await sent.draft.send()
  const before = sent.calls().length
  await sent.draft.save()
  assert.equal(sent.calls().length, before)
  const thrown = openWorld()
  thrown.draft.change({ text: 't' })
  await thrown.draft.discard()
  await thrown.draft.save()
  assert.deepEqual(thrown.calls(), [])
})

test('what the server does not send stays a draft, and why is known', async () => {
  const { draft } = openWorld({ sending: 'invalidRecipients' })
  draft.change({ to: [{ name: null, email: 'x@y.example' }] })
  await assert.rejects(draft.send(), (error) => {
    assert.ok(error instanceof NotSent)
    return error.type === 'invalidRecipients'
  })
  draft.change({ text: 'more' })
  await draft.save()
  assert.equal(draft.state.value, 'saved')
})

test('what was sent is a draft again when it is taken back in time', async () => {
  const { store, asked } = openWorld()
  assert.equal(await takeBack(store, { submissionId: 's1', emailId: 'e1' }), true)
  assert.deepEqual(asked[0]?.[1]['onSuccessUpdateEmail'], {
    s1: { 'keywords/$draft': true, 'mailboxIds/s': null, 'mailboxIds/d': true },
  })
})

test('files are attached when they are there, and can be taken off', async () => {
  const { draft } = openWorld()
  const { files } = draft
  files.attach(new File(['hello'], 'note.txt', { type: 'text/plain' }))
  assert.equal(files.isUploading, true)
  await new Promise(setImmediate)
  const [file] = files.list.value
  assert.equal(file?.attached?.blobId, 'b')
  files.detach(file?.key ?? 0)
  assert.deepEqual(files.list.value, [])
})

test('a pause saves, and so does writing without one', async () => {
  const { draft, clock } = openWorld()
  draft.change({ text: 'a' })
  assert.equal(clock.waitMs, 2_000)
  clock.now = 9_500
  draft.change({ text: 'ab' })
  assert.equal(clock.waitMs, 500)
  await draft.save()
  clock.now = 11_000
  draft.change({ text: 'abc' })
  assert.equal(clock.waitMs, 2_000)
})

test('it is told where what was written is kept, until it is sent', async () => {
  const { draft, kept } = openWorld()
  draft.change({ to: [{ name: null, email: 'x@y.example' }], text: 'one' })
  await draft.save()
  await draft.send()
  assert.deepEqual(kept, ['e1', 'e2', undefined])
})

test('who sends as another identity signs as that one', async () => {
  const { draft } = openWorld()
  assert.equal(draft.identity?.id, 'i2')
  draft.change({ text: 'Hello\n\n-- \nThe post' })
  draft.sendAs('i1')
  assert.equal(draft.fields.value.text, 'Hello\n\n-- \nMyself')
})
