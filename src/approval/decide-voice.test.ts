import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleOf } from '../access/acts.ts'
import type { ApprovalRule } from '../access/rules.ts'
import type { Act } from '../access/types.ts'
import { dayMs, hourMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { decideVoice, type Speaker, type VoiceCase } from './decide-voice.ts'
import {
  asExecuted,
  asRefused,
  asReviewed,
  asWithdrawn,
  reviewStateAt,
  withVoice,
} from './machine.ts'
import { stateAt } from './state.ts'
import type { ApprovalRequest, RequestContent } from './types.ts'

const now = Date.UTC(2026, 0, 5)
const isNo = (error: unknown) => isRefusal(error, 'not-permitted')
const isOver = (error: unknown) => isRefusal(error, 'invalid')

function ruleFor(act: Act): ApprovalRule {
  const rule = ruleOf(act).approval
  assert(rule !== undefined)
  return rule
}

type Stored = ApprovalRequest & RequestContent

function request(act: Act, more: Partial<Stored> = {}): Stored {
  return {
    id: 'r1',
    version: 1,
    act,
    object: { departmentId: 'TD', accountId: 'seo' },
    input: {},
    digest: 'd',
    accountId: 'seo',
    departmentId: 'TD',
    requesterId: 'asker',
    requesterRole: 'department-administrator',
    requesterDepartmentId: 'TD',
    reason: 'a posting',
    askedAt: now,
    expiresAt: now + dayMs,
    state: 'waiting',
    voices: [],
    ...more,
  }
}

function speaker(id: string, more: Partial<Speaker> = {}): Speaker {
  return { id, departmentId: 'TD', offices: [], ownAccounts: new Map(), makings: [], ...more }
}

function voiceOf(act: Act, who: Speaker, more: Partial<VoiceCase> = {}) {
  const one = more.request ?? request(act)
  const concerns = one.accountId
  const facts = { rule: ruleFor(act), request: one, speaker: who, requesterMakings: [], now }
  return decideVoice({ ...facts, concerns, ...more })
}

const administrator = { role: 'department-administrator', departmentId: 'TD' } as const
const security = { role: 'security-officer', departmentId: undefined } as const

test('a colleague with the role says yes; its holder consents; others do not', () => {
  const yes = voiceOf('post.appoint', speaker('wong', { offices: [administrator] }))
  assert.deepEqual([yes.as, yes.role], ['approval', 'department-administrator'])
  const holder = speaker('chan', { ownAccounts: new Map([['seo', 'holder']]) })
  assert.deepEqual([voiceOf('post.appoint', holder).as], ['consent'])
  assert.throws(() => voiceOf('post.appoint', speaker('lee')), isNo)
  const elsewhere = { role: 'department-administrator', departmentId: 'DH' } as const
  assert.throws(() => voiceOf('post.appoint', speaker('ho', { offices: [elsewhere] })), isNo)
})

test('nobody approves his own request, nor twice', () => {
  const own = speaker('asker', { offices: [administrator, security] })
  assert.throws(() => voiceOf('post.appoint', own), isNo)
  const holding = speaker('asker', { ownAccounts: new Map([['seo', 'holder']]) })
  assert.throws(() => voiceOf('post.appoint', holding), isNo)
  const wong = speaker('wong', { offices: [administrator] })
  const voices = [voiceOf('post.appoint', wong)]
  assert.throws(
    () => voiceOf('post.appoint', wong, { request: request('post.appoint', { voices }) }),
    (error) => isRefusal(error, 'already-exists'),
  )
})

test('no puppet says yes: neither may have made the other within thirty days', () => {
  const offices = [administrator]
  const made = (by: string, days: number) => [{ by, at: now - days * dayMs }]
  const puppet = speaker('wong', { offices, makings: made('asker', 29) })
  assert.throws(() => voiceOf('post.appoint', puppet), isNo)
  const grown = speaker('wong', { offices, makings: made('asker', 31) })
  assert.equal(voiceOf('post.appoint', grown).as, 'approval')
  const maker = speaker('wong', { offices })
  const requesterMakings = made('wong', 1)
  assert.throws(() => voiceOf('post.appoint', maker, { requesterMakings }), isNo)
  const consenting = speaker('chan', {
    ownAccounts: new Map([['seo', 'holder']]),
    makings: made('asker', 1),
  })
  assert.throws(() => voiceOf('post.appoint', consenting), isNo)
})

test('where the rule says so, somebody of another office is among them', () => {
  const near = speaker('wong', { offices: [security], departmentId: 'TD' })
  assert.throws(() => voiceOf('mailbox.examine', near), isNo)
  const far = speaker('wong', { offices: [security], departmentId: 'HQ' })
  assert.equal(voiceOf('mailbox.examine', far).as, 'approval')
  // Of two, the first may be near, the second then not.
  const first = voiceOf('policy.lower', near)
  const half = withVoice(request('policy.lower'), ruleFor('policy.lower'), first)
  assert.equal(half.state, 'waiting')
  const waiting = request('policy.lower', { voices: [first] })
  const second = speaker('ho', { offices: [security], departmentId: 'TD' })
  assert.throws(() => voiceOf('policy.lower', second, { request: waiting }), isNo)
  const third = voiceOf('policy.lower', { ...second, departmentId: 'HQ' }, { request: waiting })
  assert.equal(withVoice(waiting, ruleFor('policy.lower'), third).state, 'approved')
})

test('a consent is worth nothing where the catalogue says so', () => {
  const owner = speaker('chan', { ownAccounts: new Map([['seo', 'owner']]) })
  assert.throws(() => voiceOf('person.reactivate', owner), isNo)
})

const rule = ruleFor('mailbox.examine')
const yes = voiceOf('mailbox.examine', speaker('ho', { offices: [security], departmentId: 'HQ' }))
const approved = withVoice(request('mailbox.examine'), rule, yes)

test('time ends what waits and what was not used', () => {
  const one = request('mailbox.examine')
  assert.equal(stateAt(one, one.expiresAt - 1), 'waiting')
  assert.equal(stateAt(one, one.expiresAt), 'expired')
  assert.equal(stateAt(approved, now + rule.livesMs - 1), 'approved')
  assert.equal(stateAt(approved, now + rule.livesMs), 'expired')
  assert.throws(() => asExecuted(approved, now + rule.livesMs), isOver)
  assert.throws(() => withVoice(one, rule, { ...yes, at: one.expiresAt }), isOver)
})

test('a state only goes on', () => {
  const at = now + hourMs
  const executed = asExecuted(approved, at)
  const refused = asRefused(request('mailbox.examine'), { by: 'ho', at, reason: 'no case' })
  const withdrawn = asWithdrawn(approved, { by: 'asker', at })
  for (const over of [executed, refused, withdrawn]) {
    assert.throws(() => asExecuted(over, at), isOver)
    assert.throws(() => withVoice(over, rule, { ...yes, by: 'x', at }), isOver)
    assert.throws(() => asRefused(over, { by: 'ho', at }), isOver)
    assert.throws(() => asWithdrawn(over, { by: 'asker', at }), isOver)
  }
  assert.throws(() => asExecuted(request('mailbox.examine'), at), isOver)
  assert.throws(() => asRefused(request('mailbox.examine'), { by: 'asker', at }), isNo)
  assert.throws(() => asWithdrawn(approved, { by: 'ho', at }), isNo)
})

test('what was done is reviewed by somebody without a part in it, and stays red until then', () => {
  const executed = asExecuted(approved, now)
  const dueAt = executed.review?.dueAt ?? 0
  assert.equal(reviewStateAt(executed, dueAt - 1), 'due')
  assert.equal(reviewStateAt(executed, dueAt), 'overdue')
  const words = { at: now, finding: 'in-order', remark: 'as asked' } as const
  for (const by of ['asker', 'ho'])
    assert.throws(() => asReviewed(executed, { ...words, by }), isNo)
  const reviewed = asReviewed(executed, { ...words, by: 'auditor' })
  assert.equal(reviewStateAt(reviewed, dueAt + 1), 'done')
  assert.throws(() => asReviewed(reviewed, { ...words, by: 'second' }))
  assert.throws(() => asReviewed(approved, { ...words, by: 'auditor' }), isOver)
})
