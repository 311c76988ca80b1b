import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessageFacts } from '../facts.ts'
import { isAutomatic } from './automatic.ts'

const judge = (field: string, reversePath = 'wong@far.example') =>
  isAutomatic(
    readMessageFacts(Buffer.from(`From: wong@far.example\r\n${field}\r\nSubject: x\r\n\r\nx`)),
    reversePath,
  )

test('machines say of their mail that it is theirs, in one of several ways', () => {
  for (const field of [
    'Auto-Submitted: auto-replied',
    'AUTO-SUBMITTED:\r\n auto-generated; of=nothing',
    'Auto-Submitted: (no, really) auto-notified (by a machine)',
    'Precedence: bulk',
    'Precedence: List',
    'List-Id: News <news.far.example>',
    'List-Unsubscribe: <mailto:no@far.example>',
  ])
    assert.equal(judge(field), true, field)
  assert.equal(judge('X-Nothing: x', ''), true)
})

test('who says that he is none, or nothing of it, is none', () => {
  for (const field of [
    'X-Nothing: x',
    'Auto-Submitted: no',
    'Auto-Submitted: (by hand) No; why=asked',
    'Precedence: first-class',
    'X-List-Id: news',
    'Subject: Auto-Submitted: auto-replied',
  ])
    assert.equal(judge(field), false, field)
})
