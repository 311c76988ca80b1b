/** Who leaves is out everywhere within a minute: every session, password and delegation, on every node. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { ask, openToken } from '../support/admin-api.ts'
import { readAs, sendAs, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { bootSecondNode } from '../support/second-node.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

const minuteMs = 60_000

test('who is suspended or has left loses every session, password and delegation on both nodes', async () => {
  await using first = await bootPlatform()
  await using second = await bootSecondNode(first)
  for (const [verb, name] of [
    ['suspend', 'kh.wong'],
    ['leave', 'sf.lam'],
  ] as const) {
    const person = first.person(name)
    const colleague = first.person('ps.kwok')
    // He was let into another's mailbox, and works on both nodes at once.
    const delegation = [colleague.address, person.address, '--rights', 'lrs']
    await tamar(first, 'delegation', 'grant', ...delegation)
    const sessions = await openEverywhere([first, second], person)
    const from = performance.now()
    await tamar(first, 'person', verb, person.address)
    for (const reader of sessions.readers)
      await until(`a session of ${name} to end`, minuteMs, () => !reader.usable)
    for (const [node, token] of sessions.tokens)
      await until(`a token of ${name} to end`, minuteMs, async () => {
        const { status } = await ask(node, 'me', { token })
        return status === 401
      })
    for (const node of [first, second]) await cannotComeBack(node, person, first.person('tk.ho'))
    assert.ok(performance.now() - from < minuteMs)
    const left = JSON.stringify(await tamar(first, 'delegation', 'list', colleague.address))
    if (verb === 'leave') assert.ok(!left.includes(person.address), 'his delegation has ended')
  }
})

async function openEverywhere(nodes: readonly Platform[], person: Person) {
  const readers: ImapFlow[] = []
  const tokens: (readonly [Platform, string])[] = []
  for (const node of nodes) {
    for (const password of [person.appPassword, person.password])
      readers.push(await signIn(node, person.address, password))
    const token = await openToken(node, person.address, person.password)
    assert.ok(token)
    tokens.push([node, token])
  }
  return { readers, tokens }
}

async function cannotComeBack(node: Platform, person: Person, other: Person): Promise<void> {
  for (const password of [person.appPassword, person.password])
    await assert.rejects(signIn(node, person.address, password))
  assert.equal(await openToken(node, person.address, person.password), undefined)
  const program = sendAs(node, person)
  await assert.rejects(
    program.sendMail({ from: person.address, to: person.address, subject: 'x', text: 'x' }),
  )
  program.close()
  await using reader = await readAs(node, other)
  assert.ok(reader.usable, 'others are not disturbed')
}
