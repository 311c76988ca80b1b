import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createAuthenticator } from '../../mailauth/verify/authenticate.ts'
import type { Observed } from '../../mailauth/verify/observe.ts'
import { noSettings, type PolicySettings } from '../../policy/settings.ts'
import { createDelivery } from '../create-delivery.ts'
import { FakeGovernment, from, message, peer, to } from '../fake-ports.ts'
import type { Mailbox } from '../../store/types.ts'
import type { SpamFinding, VirusFinding } from '../scan/types.ts'
import type { Encounter } from './greylist.ts'
import type { Trust } from './ports.ts'

const records = new FakeRecords({
  'far.example': { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
  '_dmarc.far.example': { TXT: ['v=DMARC1; p=reject'] },
  'quarantine.example': { TXT: ['v=spf1 -all'] },
  '_dmarc.quarantine.example': { TXT: ['v=DMARC1; p=quarantine'] },
  'silent.example': { silent: ['TXT'] },
  '_dmarc.silent.example': { silent: ['TXT'] },
})

interface World {
  readonly settings?: PolicySettings
  readonly trust?: Partial<Trust>
}

function open({ settings = noSettings, trust = {} }: World = {}) {
  const government = new FakeGovernment()
  const authservId = 'mx.example'
  const delivery = createDelivery({
    ...government.options(),
    trust: {
      authservId,
      authenticate: createAuthenticator({ resolver: records, authservId, trustedSealers: [] }),
      isTrustedPeer: (address) => address === '192.0.2.99',
      settings: () => settings,
      ...trust,
    },
  })
  const send = (reversePath: string, text: Buffer, ...recipients: readonly string[]) =>
    delivery.deliver(peer, from(reversePath), to(...recipients), text)
  return { government, delivery, send }
}

const honest = message(`
  From: Wong <wong@far.example>
  To: amy@td.example
  Subject: Hello
`)

const reject =
  (code: 'unauthenticated' | 'authentication-unknown', reason: string) => (error: unknown) =>
    isRefusal(error, code) && error.facts['reason'] === reason

test('mail of others arrives with our results at its head and a mark that it is external', async () => {
  const { government, send } = open()
  await send('wong@far.example', honest, 'amy@td.example')
  const text = government.copies[0]?.text ?? ''
  assert.match(text, /^Return-Path: .*\r\nDelivered-To: .*\r\nTamar-Marks: external\r\nReceived: /)
  assert.match(
    text,
    /\r\nAuthentication-Results: mx\.example;\r\n\tspf=pass smtp\.mailfrom=far\.example;/,
  )
  assert.match(text, /dmarc=pass \(p=reject\) header\.from=far\.example/)
})

test('what others wrote in our name is taken out, and so are marks', async () => {
  const { government, send } = open()
  const forged = message(`
    Authentication-Results: MX.example; dmarc=pass header.from=bank.example
    Tamar-Marks: trusted
    From: Wong <wong@far.example>
    Subject: Hello
  `)
  await send('wong@far.example', forged, 'amy@td.example')
  const text = government.copies[0]?.text ?? ''
  assert.doesNotMatch(text, /bank\.example|trusted/)
  assert.match(text, /Subject: Hello/)
})

test('forged authors are refused: of others as their domain asks, of ours always', async () => {
  const { government, send } = open()
  const forged = message('From: x@far.example\nSubject: Pay')
  await assert.rejects(
    send('x@elsewhere.example', forged, 'amy@td.example'),
    reject('unauthenticated', 'dmarc-reject'),
  )
  for (const author of ['bob@td.example', 'Wong <wong@far.example>, bob@td.example'])
    await assert.rejects(
      send('x@elsewhere.example', message(`From: ${author}\nSubject: Pay`), 'amy@td.example'),
      reject('unauthenticated', 'own-domain-forged'),
    )
  assert.equal(government.copies.length, 0)
  assert.deepEqual(
    government.settled.map(({ event, outcomes }) => [event, outcomes?.[0]?.reason]),
    [
      ['failed', 'dmarc-reject'],
      ['failed', 'own-domain-forged'],
      ['failed', 'own-domain-forged'],
    ],
  )
})

test('a system of ours may hand over mail of ours, and it is not marked as external', async () => {
  const { government, delivery } = open()
  const ours = message('From: bob@td.example\nTamar-Marks: spam\nSubject: Rota')
  const relay = { ...peer, remoteAddress: '192.0.2.99' }
  await delivery.deliver(relay, from('bob@td.example'), to('amy@td.example'), ours)
  assert.doesNotMatch(government.copies[0]?.text ?? 'Tamar', /Tamar|Authentication-Results/)
})

test('what DNS cannot say now is refused for now', async () => {
  const { send } = open()
  const text = message('From: x@silent.example\nSubject: Hello')
  await assert.rejects(
    send('x@silent.example', text, 'amy@td.example'),
    reject('authentication-unknown', 'dmarc-unknown'),
  )
})

test('what is set aside waits in the queue, one message for each copy, and its sender hears nothing', async () => {
  const { government, send } = open()
  const text = message('From: x@quarantine.example\nSubject: Hello')
  const { accepted } = await send('x@elsewhere.example', text, 'amy@td.example', 'bob@td.example')
  assert.equal(accepted, 2)
  assert.equal(government.copies.length, 0)
  assert.deepEqual(
    government.queued.map(({ isHeld, departmentId, recipients }) => [
      isHeld,
      departmentId,
      recipients.map(({ forwardPath, notify }) => [forwardPath, notify]),
    ]),
    [
      [true, 'td', [['amy@td.example', ['never']]]],
      [true, 'td', [['bob@td.example', ['never']]]],
    ],
  )
  const settled = government.settled.at(-1)?.outcomes
  assert.deepEqual(
    settled?.map(({ result, reason }) => [result, reason]),
    [
      ['held', 'dmarc-quarantine'],
      ['held', 'dmarc-quarantine'],
    ],
  )
})

test('what a department’s stricter rule refuses is refused, and what it leads elsewhere goes there', async () => {
  const refusing = open({
    settings: { platform: {}, departments: { td: { external: { action: 'refuse' } } } },
  })
  await assert.rejects(refusing.send('wong@far.example', honest, 'amy@td.example'), (error) =>
    isRefusal(error, 'refused-by-policy'),
  )
  const leading = open({
    settings: {
      platform: { external: { action: 'reroute', to: 'dan@td.example' } },
      departments: {},
    },
  })
  await leading.send('wong@far.example', honest, 'amy@td.example')
  assert.deepEqual(
    leading.government.copies.map(({ accountId }) => accountId),
    ['dan'],
  )
  const nowhere = open({
    settings: {
      platform: { external: { action: 'reroute', to: 'gone@td.example' } },
      departments: {},
    },
  })
  await nowhere.send('wong@far.example', honest, 'amy@td.example')
  assert.equal(nowhere.government.queued[0]?.isHeld, true)
})

test('mail for nobody is refused before anything is asked about its sender', async () => {
  const { send } = open()
  const before = records.asked
  await assert.rejects(send('wong@far.example', honest, 'nobody@td.example'), (error) =>
    isRefusal(error, 'no-such-address'),
  )
  assert.equal(records.asked, before)
})

test('a list hands on with a seal over what we found', async () => {
  const sealed: string[] = []
  const { government, send } = open({
    trust: {
      seal: async (domain, _, { results, arc }) => {
        sealed.push(`${domain} ${arc}`)
        return `ARC-Seal: over${results}\r\n`
      },
    },
  })
  government.addList('news', { members: ['amy@td.example', 'friend@away.example'] })
  await send('wong@far.example', honest, 'news@td.example')
  assert.deepEqual(sealed, ['td.example none'])
  assert.match(government.queued[0]?.content.toString() ?? '', /^ARC-Seal: over mx\.example;/)
  assert.doesNotMatch(government.copies[0]?.text ?? '', /ARC-Seal/)
})

test('viruses are refused, spam is filed in Junk, and what nobody could scan waits or is marked', async () => {
  const said = { virus: 'none', spam: 'no' } as { virus: VirusFinding; spam: SpamFinding }
  const { government, send } = open({
    trust: {
      virusScanner: { scan: async () => said.virus },
      spamFilter: { judge: async () => said.spam },
    },
  })
  government.mailboxes.set('amy', [junkMailbox])
  const go = () => send('wong@far.example', honest, 'amy@td.example')
  said.virus = 'found'
  await assert.rejects(go(), (error) => isRefusal(error, 'malware'))
  said.virus = 'away'
  await assert.rejects(go(), (error) => isRefusal(error, 'try-again'))
  said.virus = 'none'
  said.spam = 'certain'
  await assert.rejects(go(), (error) => isRefusal(error, 'spam'))
  assert.equal(government.copies.length, 0)
  said.spam = 'likely'
  await go()
  assert.equal(government.copies[0]?.mailboxId, junkMailbox.id)
  assert.match(government.copies[0]?.text ?? '', /Tamar-Marks: external, spam/)
  said.spam = 'away'
  await send('wong@far.example', message('From: wong@far.example\nSubject: 2'), 'amy@td.example')
  assert.equal(government.copies[1]?.mailboxId, undefined)
  assert.match(government.copies[1]?.text ?? '', /Tamar-Marks: external, unscanned/)
})

const junkMailbox: Mailbox = {
  id: 'junk',
  accountId: 'amy',
  name: 'Junk',
  role: 'junk',
  isSubscribed: true,
  uidValidity: 1,
  uidNext: 1,
  messages: 0,
  octets: 0,
  highestModSeq: 1,
}

test('what became of mail in a domain’s name is noted for it, with no address of a person', async () => {
  const noted: Observed[] = []
  const { send } = open({ trust: { noteDmarc: (observed) => void noted.push(observed) } })
  await send('wong@far.example', honest, 'amy@td.example')
  const forged = message('From: x@far.example\nSubject: Pay')
  await assert.rejects(send('x@elsewhere.example', forged, 'amy@td.example'))
  const held = message('From: x@quarantine.example\nSubject: Pay')
  await send('x@quarantine.example', held, 'amy@td.example')
  await send('x@nothing.example', message('From: x@nothing.example'), 'amy@td.example')
  assert.deepEqual(
    noted.map(({ domain, observation: { disposition, dkim, spf, spfResult, override } }) => [
      domain,
      disposition,
      dkim,
      spf,
      spfResult,
      override,
    ]),
    [
      ['far.example', 'none', 'fail', 'pass', 'pass', undefined],
      ['far.example', 'reject', 'fail', 'fail', 'none', undefined],
      ['quarantine.example', 'quarantine', 'fail', 'fail', 'fail', undefined],
    ],
  )
  assert.doesNotMatch(JSON.stringify(noted), /@|wong|amy|Hello/)
  assert.equal(noted[0]?.observation.address, peer.remoteAddress)
})

test('a peer that we trust and a message that shall come again are not noted', async () => {
  const noted: Observed[] = []
  const { send, delivery } = open({ trust: { noteDmarc: (observed) => void noted.push(observed) } })
  await assert.rejects(
    send('x@silent.example', message('From: x@silent.example'), 'amy@td.example'),
  )
  const relay = { ...peer, remoteAddress: '192.0.2.99' }
  await delivery.deliver(relay, from('wong@far.example'), to('amy@td.example'), honest)
  assert.deepEqual(noted, [])
})

test('who is not known waits; who is proven is known by his domain, and who is trusted is not asked', async () => {
  const met: Encounter[] = []
  let spam: SpamFinding = 'no'
  const { government, send, delivery } = open({
    trust: {
      greylist: { meet: async (one) => met.push(one) > 0, isOn: true },
      spamFilter: { judge: async () => spam },
    },
  })
  const unproven = message('From: x@nothing.example\nSubject: Hello')
  const waits = (reason: string) => (error: unknown) =>
    isRefusal(error, 'greylisted') && error.facts['reason'] === reason
  await assert.rejects(
    send('x@nothing.example', unproven, 'amy@td.example', 'bob@td.example'),
    waits('greylisted'),
  )
  assert.equal(government.copies.length, 0)
  await send('wong@far.example', honest, 'amy@td.example')
  spam = 'maybe'
  await assert.rejects(send('wong@far.example', honest, 'amy@td.example'), waits('spam-maybe'))
  const relay = { ...peer, remoteAddress: '192.0.2.99' }
  await delivery.deliver(relay, from('x@nothing.example'), to('amy@td.example'), unproven)
  assert.deepEqual(
    met.map(({ recipients, provenDomain }) => [recipients.length, provenDomain]),
    [
      [2, undefined],
      [1, 'far.example'],
      [1, 'far.example'],
    ],
  )
})
