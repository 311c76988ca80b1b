import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { createAuthenticator } from '../../mailauth/verify/authenticate.ts'
import type { PolicySettings } from '../../policy/settings.ts'
import { FakeGovernment, message } from '../fake-ports.ts'
import { explainMail } from './explain.ts'

const settings: PolicySettings = {
  platform: {},
  departments: { td: { 'dmarc-none': { action: 'refuse' } } },
}
const records = new FakeRecords({ '_dmarc.far.example': { TXT: ['v=DMARC1; p=none'] } })
const government = new FakeGovernment()
const { directory, clock } = government.options()
const authservId = 'mx.example'
const trust = {
  authservId,
  authenticate: createAuthenticator({ resolver: records, authservId, trustedSealers: [] }),
  isTrustedPeer: () => false,
  settings: () => settings,
}
const ask = (more: object) =>
  explainMail(
    { directory, clock, trust },
    {
      message: message('From: x@far.example\nSubject: [RESTRICTED] Hello'),
      from: 'x@far.example',
      to: ['amy@td.example'],
      peer: { remoteAddress: '192.0.2.7', heloName: 'mail.far.example' },
      departmentId: undefined,
      ...more,
    },
  )

test('every fact and every rule that fired is told, by whose settings, and nothing is done', async () => {
  const { action, facts, fired } = await ask({})
  assert.equal(action, 'tag')
  assert.equal(facts.dmarc, 'fail')
  assert.equal(facts.grade, 'restricted')
  assert.deepEqual(
    fired.map(({ name, setBy }) => `${name} ${setBy}`),
    ['dmarc-none built-in', 'external built-in'],
  )
  assert.match(fired[0]?.about ?? '', /asks for nothing/)
  const strict = await ask({ departmentId: 'td' })
  assert.equal(`${strict.action} ${strict.reason}`, 'refuse dmarc-none')
  assert.equal(strict.fired[0]?.setBy, 'department')
  assert.equal(government.copies.length + government.queued.length + government.settled.length, 0)
})

test('what a user sends is explained without a peer', async () => {
  const { marks, facts } = await ask({ peer: undefined, to: ['amy@td.example', 'x@gmail.com'] })
  assert.deepEqual(marks, ['restricted', 'verified-tls'])
  assert.equal(`${facts.externalRecipients} ${facts.webmailRecipients}`, '1 1')
})

test('a stranger’s mail is explained whoever he is, without a trace; what a machine wrote is told', async () => {
  const greylist = { meet: () => assert.fail('it leaves a trace'), isOn: true }
  const unasked = () => assert.fail('it tells who knows whom')
  const contacts = { strangersAmong: unasked, learn: unasked }
  const { facts } = await explainMail(
    { directory, clock, trust: { ...trust, greylist, contacts } },
    {
      message: message('From: x@new.example\nList-Id: <news.new.example>\nSubject: Hello'),
      from: 'x@new.example',
      to: ['amy@td.example'],
      peer: { remoteAddress: '192.0.2.7', heloName: 'mail.new.example' },
      departmentId: undefined,
    },
  )
  assert.deepEqual([facts.isGrey, facts.isFirstContact, facts.isAutomatic], [true, true, true])
  const away = message('From: amy@td.example\nAuto-Submitted: auto-replied\nSubject: Away')
  const out = { message: away, from: 'amy@td.example', peer: undefined, to: ['x@far.example'] }
  const { action, fired } = await ask(out)
  assert.equal(`${action} ${fired[0]?.name}`, 'tag automatic-outside')
})
