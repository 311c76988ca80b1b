import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRealStore } from '../../test/support/real-store.ts'
import { dayMs } from '../base/clock.ts'
import { decodeWords } from '../mime/encoded-word.ts'
import { sendQuotaNotice } from './quota-notice.ts'

test('an owner near his quota is told once a day, in both languages, also when it is full', async () => {
  await using s = await openRealStore()
  const accountId = await s.createAccount('person', 1_000)
  const roomy = await s.createAccount('person', 100_000)
  const inbox = await s.store.mailboxByName(accountId, 'INBOX')
  const octets = Buffer.from(`Subject: big\r\n\r\n${'x'.repeat(984)}`)
  for (const account of [accountId, roomy]) {
    const { id } = await s.store.mailboxByName(account, 'INBOX')
    await s.store.append(account, id, [{ octets, flags: 0, keywords: [], receivedAt: 1 }], roomy)
  }
  const round = async () => {
    const found = await s.store.takeNearlyFull(10)
    for (const each of found)
      await sendQuotaNotice(
        { store: s.store, clock: s.clock, hostname: 'mail.example' },
        { ...each, address: 'somebody@td.example', recoverableDays: 30 },
      )
    return found.map((each) => each.accountId)
  }
  assert.deepEqual(await round(), [accountId])
  assert.deepEqual(await round(), [])
  s.clock.advance(dayMs)
  assert.deepEqual(await round(), [accountId])
  await s.store.setQuota(accountId, { limitOctets: undefined, limitMessages: 3 })
  assert.deepEqual(await round(), [accountId], 'a new limit is told at once')
  await s.store.setQuota(accountId, { limitOctets: undefined, limitMessages: 100 })
  assert.deepEqual(await round(), [])

  const [summary] = (await Array.fromAsync(s.store.summaries(accountId, inbox.id, [2]))).flat()
  assert.equal(
    decodeWords(summary?.envelope.subject ?? ''),
    'Your mailbox is nearly full 你的郵箱即將用滿',
  )
  const content = (await s.store.content(accountId, inbox.id, 2)).toString()
  assert.match(content, /^Return-Path: <>\r\n/)
  assert.match(content, /^Auto-Submitted: auto-generated\r$/m)
  const text = Buffer.from(content.slice(content.indexOf('\r\n\r\n')), 'base64').toString()
  assert.match(text, /Room used: 0\.0 \/ 0\.0 MB \(100 %\)/)
  assert.match(text, /^郵箱 somebody@td\.example 即將用滿。\r$/m)
})
