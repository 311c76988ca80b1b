import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markingWords } from '../../../src/marking/words.ts'
import { readGrade } from '../../../src/marking/grade.ts'
import { markingIn, markingsOf, noteOn, whyNever, whyNot, withMarking } from './marking.ts'

const outcomes = {
  restricted: ['taken', 'taken', 'taken', true],
  confidential: ['grade-in-clear', 'grade-in-clear', 'grade-outside', false],
  secret: ['grade-too-high', 'grade-too-high', 'grade-too-high', false],
  'top-secret': ['grade-too-high', 'grade-too-high', 'grade-too-high', false],
} as const

const markings = markingsOf({
  markings: Object.entries(outcomes).map(([grade, [kept, inside, outside, needsVerifiedTls]]) => {
    const words = markingWords[grade as keyof typeof markingWords]
    return { grade, words, kept, inside, outside, needsVerifiedTls }
  }),
})
const [restricted, confidential, , topSecret] = markings

test('a marking stands before the subject, alone, as the rules read it in each language', () => {
  assert.ok(restricted !== undefined && topSecret !== undefined)
  for (const language of ['en', 'zh-Hant-HK', 'zh-Hans'] as const)
    for (const wanted of markings) {
      const subject = withMarking('Re: Lifts', wanted, { markings, language })
      assert.equal(readGrade({ subjects: [subject], heads: [], fileNames: [] }), wanted.grade)
      assert.equal(markingIn(subject, markings), wanted)
      const other = withMarking(subject, restricted, { markings, language: 'en' })
      assert.equal(other, '[RESTRICTED] Re: Lifts')
    }
  const both = 'Re: [restricted] a 【絕對機密】b'
  assert.equal(markingIn(both, markings), topSecret)
  assert.equal(withMarking(both, undefined, { markings, language: 'en' }), 'Re: a b')
  assert.equal(markingIn('Access is restricted', markings), undefined)
})

test('what is refused is known before it is sent, and so is how it travels', () => {
  assert.ok(restricted !== undefined && confidential !== undefined)
  assert.deepEqual(markings.map(whyNever), [
    undefined,
    'markingInClear',
    'markingTooHigh',
    'markingTooHigh',
  ])
  assert.equal(whyNot({ ...confidential, kept: 'taken', inside: 'taken' }, true), 'markingOutside')
  assert.equal(whyNot(restricted, true), undefined)
  assert.equal(noteOn(restricted, true), 'markingTls')
  assert.equal(noteOn(restricted, false), undefined)
  assert.equal(noteOn({ ...restricted, inside: 'held' }, false), 'markingHeld')
  assert.equal(whyNever({ ...restricted, inside: 'refused-by-policy' }), 'markingRefused')
})

test('a server without a word for markings offers none', () => {
  assert.deepEqual(markingsOf(undefined), [])
  assert.deepEqual(markingsOf({}), [])
})
