import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, nothingAgainst } from './decide.ts'
import { unknownFacts } from './facts.ts'
import { builtInRules } from './rules.ts'
import {
  combineRuleLines,
  compareRuleLines,
  formatRuleLine,
  parseRuleLine,
} from './setting-text.ts'
import { faultsOf, isWeaker, rulesFor, type PolicySettings } from './settings.ts'
import type { Facts } from './types.ts'

/** Ordinary mail of another system. */
const ordinary: Facts = {
  ...unknownFacts,
  spf: 'pass',
  dmarc: 'pass',
  dmarcPolicy: 'reject',
  iprev: 'pass',
}
const sending: Facts = { ...unknownFacts, direction: 'out' }

function reasonOf(facts: Facts, settings?: PolicySettings, department?: string): string {
  const { action, reason } = decide(facts, settings, department)
  return `${action} ${reason}`
}

test('ordinary mail of another system is taken and marked as external', () => {
  const verdict = decide(ordinary)
  assert.equal(verdict.action, 'tag')
  assert.deepEqual(verdict.marks, ['external'])
  assert.equal(reasonOf({ ...ordinary, isPeerTrusted: true }), `accept ${nothingAgainst}`)
  assert.equal(reasonOf(sending), `accept ${nothingAgainst}`)
})

test('each thing that is against a message has its reason, and the strictest of several counts', () => {
  const against: readonly [string, Partial<Facts>][] = [
    ['refuse own-domain-forged', { isAuthorOurs: true, dmarc: 'none', spf: 'none' }],
    ['refuse own-domain-forged', { isAuthorOurs: true, dmarc: 'unclear' }],
    ['tag external', { isAuthorOurs: true, dmarc: 'fail', isVouched: true }],
    ['tag external', { isAuthorOurs: true, dmarc: 'none', isAuthorSigned: true }],
    ['defer own-domain-unknown', { isAuthorOurs: true, dmarc: 'temperror' }],
    ['refuse own-reverse-path-forged', { isReversePathOurs: true, spf: 'fail' }],
    ['refuse dmarc-reject', { dmarc: 'fail', dmarcPolicy: 'reject' }],
    ['quarantine dmarc-quarantine', { dmarc: 'fail', dmarcPolicy: 'quarantine' }],
    ['defer dmarc-unknown', { dmarc: 'temperror' }],
    ['tag external', { dmarc: 'fail', dmarcPolicy: 'reject', isVouched: true }],
    ['refuse block-listed', { blockLists: 1 }],
    ['tag external', { isGrey: true }],
    ['defer greylisted', { isGrey: true, spf: 'none', dmarc: 'none' }],
    ['refuse virus', { virus: 'found', spam: 'likely' }],
    ['defer virus-unscanned', { virus: 'away' }],
    ['refuse spam-certain', { spam: 'certain' }],
    ['refuse program', { programs: 1 }],
    ['quarantine macros', { macros: 2 }],
    ['quarantine name-ours', { isNameOurs: true }],
    ['refuse grade-too-high', { grade: 'secret' }],
    ['tag external', { grade: 'confidential' }],
  ]
  for (const [wanted, facts] of against) {
    const found = reasonOf({ ...ordinary, ...facts })
    // Several rules tag: their order among each other says nothing.
    if (wanted === 'tag external') assert.match(found, /^tag /)
    else assert.equal(found, wanted)
  }
})

test('what is unscanned is told apart: viruses wait, spam passes with a mark', () => {
  const verdict = decide({ ...ordinary, spam: 'away' })
  assert.equal(verdict.action, 'tag')
  assert.ok(verdict.marks.includes('unscanned'))
  assert.equal(decide({ ...ordinary, virus: 'away' }).code, 'try-again')
})

test('markings: too high never, confidential only encrypted and within, restricted over verified TLS', () => {
  const outside = { ...sending, externalRecipients: 1 }
  assert.equal(
    reasonOf({ ...sending, grade: 'top-secret', isEncrypted: true }),
    'refuse grade-too-high',
  )
  assert.equal(
    reasonOf({ ...sending, direction: 'kept', grade: 'secret' }),
    'refuse grade-too-high',
  )
  assert.equal(reasonOf({ ...sending, grade: 'confidential' }), 'refuse confidential-in-clear')
  assert.equal(
    reasonOf({ ...sending, direction: 'kept', isOwnWriting: true, grade: 'confidential' }),
    'refuse confidential-kept-in-clear',
  )
  assert.match(reasonOf({ ...sending, grade: 'confidential', isEncrypted: true }), /^accept/)
  assert.equal(
    reasonOf({ ...outside, grade: 'confidential', isEncrypted: true }),
    'refuse confidential-outside',
  )
  assert.match(reasonOf({ ...sending, grade: 'restricted' }), /^accept/)
  assert.ok(decide({ ...outside, grade: 'restricted' }).marks.includes('verified-tls'))
  assert.equal(reasonOf({ ...outside, isAutomatic: true }), 'tag automatic-outside')
})

test('personal data leaves when its sender confirms it, and in bulk to public providers never', () => {
  const outside = { ...sending, externalRecipients: 1, identityNumbers: 1 }
  assert.equal(decide(outside).code, 'confirm-personal-data')
  assert.match(reasonOf({ ...outside, isConfirmed: true }), /^accept/)
  assert.match(reasonOf({ ...sending, identityNumbers: 100 }), /^accept/)
  const bulk = { ...outside, identityNumbers: 10, webmailRecipients: 1, isConfirmed: true }
  assert.equal(decide(bulk).code, 'personal-data-refused')
})

test('a department is only stricter than the platform, whatever its settings say', () => {
  const settings: PolicySettings = {
    platform: { 'spam-likely': { action: 'quarantine' }, macros: { action: 'tag' } },
    departments: {
      td: { 'spam-likely': { action: 'accept' }, macros: { action: 'refuse' } },
      dh: { 'account-rate': { atLeast: { recipientsInHour: 100 } } },
      ia: { 'account-rate': { atLeast: { recipientsInHour: 1_000_000 } } },
    },
  }
  const spam: Facts = { ...ordinary, spam: 'likely' }
  assert.equal(reasonOf(spam, settings, 'td'), 'quarantine spam-likely')
  assert.equal(reasonOf({ ...ordinary, macros: 1 }, settings, 'td'), 'refuse macros')
  assert.equal(decide({ ...ordinary, macros: 1 }, settings, 'dh').action, 'tag')
  const many = { ...sending, recipientsInHour: 200 }
  assert.equal(reasonOf(many, settings, 'dh'), 'defer account-rate')
  assert.match(reasonOf(many, settings, 'td'), /^accept/)
  assert.equal(
    reasonOf({ ...sending, recipientsInHour: 2_001 }, settings, 'ia'),
    'defer account-rate',
  )
  assert.deepEqual(
    decide({ ...ordinary, macros: 1 }, settings, 'td').fired.find(({ name }) => name === 'macros'),
    { name: 'macros', action: 'refuse', setBy: 'department' },
  )
  assert.deepEqual(faultsOf(builtInRules, settings), [
    'department td: spam-likely is quarantine for the platform; accept is milder',
    'department ia: account-rate holds from 2001; 1000000 is milder',
  ])
})

test('settings that cannot be are named one by one, before they are kept', () => {
  const settings: PolicySettings = {
    platform: {
      nonsense: { action: 'refuse' },
      macros: { action: 'reroute' },
      program: { atLeast: { programs: 0 } },
      virus: { atLeast: { macros: 3 } },
    },
    departments: {},
  }
  assert.equal(faultsOf(builtInRules, settings).length, 4)
})

test('a change that is milder anywhere is told from one that is only stricter', () => {
  const none: PolicySettings = { platform: {}, departments: {} }
  const strict: PolicySettings = {
    platform: { macros: { action: 'refuse' } },
    departments: { td: { 'account-rate': { atLeast: { recipientsInHour: 10 } } } },
  }
  assert.equal(isWeaker(builtInRules, none, strict), false)
  assert.equal(isWeaker(builtInRules, strict, none), true)
  const mixed = {
    ...strict,
    platform: { macros: { action: 'refuse' }, virus: { action: 'tag' } },
  } as const
  assert.equal(isWeaker(builtInRules, strict, mixed), true)
})

test('every rule has a name of its own and a sentence', () => {
  const names = builtInRules.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const { about } of builtInRules) assert.match(about, /^[A-Z].*\.$/)
  assert.equal(
    rulesFor(builtInRules, { platform: {}, departments: {} }, undefined).length,
    names.length,
  )
})

test('settings are lines that people write; what is no setting is not taken', () => {
  const good = ['macros refuse', 'account-rate recipientsInHour=500', 'virus-unscanned tag']
  for (const line of good) {
    const parsed = parseRuleLine(line)
    assert.equal(parsed && formatRuleLine(parsed), line)
  }
  for (const line of [
    '',
    'macros',
    'nonsense refuse',
    'macros explode',
    'macros reroute',
    'virus macros=3',
    'macros macros=x',
  ])
    assert.equal(parseRuleLine(line), undefined, line)
})

test('lines are weaker where anything is milder or somebody else gets to read, and combine to the stricter', () => {
  assert.equal(compareRuleLines([], ['macros refuse']), 'stricter')
  assert.equal(compareRuleLines(['macros refuse'], []), 'weaker')
  assert.equal(compareRuleLines([], ['dmarc-reject tag']), 'weaker')
  assert.equal(compareRuleLines([], ['account-rate recipientsInHour=5']), 'stricter')
  assert.equal(compareRuleLines([], ['account-rate recipientsInHour=5000']), 'weaker')
  assert.equal(compareRuleLines([], ['external reroute to=x@td.example']), 'weaker')
  assert.equal(compareRuleLines(['macros refuse'], ['macros refuse']), 'same')
  assert.deepEqual(
    combineRuleLines(
      ['macros refuse', 'account-rate recipientsInHour=500'],
      ['macros tag', 'account-rate recipientsInHour=50', 'spam-likely quarantine'],
    ),
    ['account-rate defer recipientsInHour=50', 'macros refuse', 'spam-likely quarantine'],
  )
})
