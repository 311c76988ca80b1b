import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readPushed } from './pushed.ts'

describe('what is pushed to the worker', () => {
  it('is a code to say back', () => {
    const said = { '@type': 'PushVerification', pushSubscriptionId: 'a', verificationCode: 'b' }
    assert.deepEqual(readPushed(JSON.stringify(said)), { kind: 'code', id: 'a', code: 'b' })
  })

  it('or that mail came into accounts, which is no word of any other change', () => {
    const changed = { one: { Email: '1' }, two: { EmailDelivery: '2' }, three: null }
    const said = { '@type': 'StateChange', changed }
    assert.deepEqual(readPushed(JSON.stringify(said)), { kind: 'mail', accountIds: ['two'] })
    assert.equal(
      readPushed(JSON.stringify({ ...said, changed: { one: { Email: '1' } } })),
      undefined,
    )
  })

  it('or nothing, where it is not from the platform', () => {
    for (const text of ['', '{', 'null', '[]', '{"@type":"PushVerification"}', '{"changed":1}'])
      assert.equal(readPushed(text), undefined, text)
  })
})
