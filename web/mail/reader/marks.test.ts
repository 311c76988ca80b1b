import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marksProperty } from '../../kit/jmap/properties.ts'
import type { EmailContent } from '../../kit/jmap/types.ts'
import { isHarmless, marksOf } from './marks.ts'

const marked = (value: string | null) => marksOf({ [marksProperty]: value } as EmailContent)

test('marks are told with the gravest first, and those nobody need read are not', () => {
  assert.deepEqual(marked('external, trusted, first-contact,look-alike'), [
    'look-alike',
    'first-contact',
    'external',
  ])
  assert.deepEqual([marked('external'), marked(null)], [['external'], []])
  assert.deepEqual([isHarmless('external'), isHarmless('look-alike')], [true, false])
})
