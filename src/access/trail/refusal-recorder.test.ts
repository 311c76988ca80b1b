import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../audit/types.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Principal } from '../types.ts'
import { RefusalRecorder } from './refusal-recorder.ts'

const chan: Principal = {
  id: 'chan',
  departmentId: 'td',
  address: 'chan@td.example',
  openedAs: undefined,
  sessionId: 's1',
}

test('a try at what is not his is one entry a minute, another act another entry', async () => {
  const clock = new ManualClock()
  const entries: AuditEntry[] = []
  const audit = { recordAlone: async (entry: AuditEntry) => void entries.push(entry) }
  const recorder = new RefusalRecorder({ audit, clock })
  const note = (act: string) => recorder.note(chan, { act, code: 'not-permitted' })
  note('mail.write')
  note('mail.write')
  note('mail.expunge')
  const said = {
    kind: 'refused',
    principalId: 'chan',
    role: 'officer',
    sessionId: 's1',
    code: 'not-permitted',
  }
  assert.deepEqual(entries, [
    { ...said, act: 'mail.write' },
    { ...said, act: 'mail.expunge' },
  ])
  clock.advance(minuteMs)
  note('mail.write')
  assert.equal(entries.length, 3)
})

test('where it cannot be written now, his next try is', async () => {
  let isAway = true
  const entries: AuditEntry[] = []
  const audit = {
    recordAlone: async (entry: AuditEntry) => {
      if (isAway) throw new Refusal('try-again')
      entries.push(entry)
    },
  }
  const recorder = new RefusalRecorder({ audit, clock: new ManualClock() })
  recorder.note(chan, { act: 'mail.write', code: 'not-permitted' })
  await new Promise((resolve) => setImmediate(resolve))
  isAway = false
  recorder.note(chan, { act: 'mail.write', code: 'not-permitted' })
  assert.equal(entries.length, 1)
})
