import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeDeviceKeys, openDeviceKeys, Opener, Sealer } from './sealing.ts'

const secret = crypto.getRandomValues(new Uint8Array(32))

describe('sealing on a device', () => {
  it('is opened by the secret of the passkey, whatever window wrote it', async () => {
    const keys = await makeDeviceKeys(secret)
    const [one, other] = [await Sealer.open(keys), await Sealer.open(keys)]
    const opener = new Opener(await openDeviceKeys(keys, secret))
    for (const sealer of [one, other]) {
      const sealed = await sealer.seal('row a', { subject: '財務通告' })
      assert.doesNotMatch(Buffer.from(sealed.octets).toString('utf8'), /財務/)
      const opened = await opener.open('row a', sealer.windowKey, sealed)
      assert.deepEqual(opened, { subject: '財務通告' })
    }
  })

  it('opens for no other secret, under no other name, and not once it was altered', async () => {
    const keys = await makeDeviceKeys(secret)
    const wrong = crypto.getRandomValues(new Uint8Array(32))
    await assert.rejects(openDeviceKeys(keys, wrong))
    const sealer = await Sealer.open(keys)
    const privateKey = await openDeviceKeys(keys, secret)
    assert.equal(privateKey.extractable, false)
    const opener = new Opener(privateKey)
    const sealed = await sealer.seal('row a', 'x')
    await assert.rejects(opener.open('row b', sealer.windowKey, sealed))
    const octets = new Uint8Array(sealed.octets)
    octets[0] = (octets[0] ?? 0) ^ 1
    await assert.rejects(opener.open('row a', sealer.windowKey, sealed))
  })
})
