/** A device is told by a whole platform that mail came. RFC 8620 §7.2 */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { trust } from '../support/certificate.ts'
import { sendAs } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { bootPlatform, type Person } from '../support/platform.ts'
import { Device, openPushService, vapidClaimsOf } from '../support/push-service.ts'

const host = 'push.example'
const core = 'urn:ietf:params:jmap:core'
const vapid = 'urn:ietf:params:jmap:webpush-vapid'

test('a device that was verified is told of mail, encrypted and signed', async () => {
  await using service = await openPushService(host)
  await using names = await NameServer.start({ [host]: { a: ['127.0.0.1'] } })
  const authority = join(tmpdir(), `tamar-push-${process.pid}.pem`)
  await writeFile(authority, service.certificate.ca)
  try {
    await using platform = await bootPlatform({
      environment: {
        TAMAR_OUTBOUND_SEND: 'direct',
        TAMAR_OUTBOUND_RESOLVERS: names.address,
        TAMAR_OUTBOUND_LOOPBACK: 'true',
        NODE_EXTRA_CA_CERTS: authority,
      },
    })
    using _ = trust({ ...service.certificate, ca: platform.ca })
    const [wong, chan] = [platform.person('kh.wong'), platform.person('wl.chan')]
    const origin = platform.ready.listeners.https
    const ask = async (path: string, body?: object) => {
      const response = await fetch(new URL(path, origin), {
        headers: { authorization: sign(wong), 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      })
      assert.equal(response.status, 200)
      // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
      return (await response.json()) as any
    }
    const set = async (args: object) => {
      const methodCalls = [['PushSubscription/set', args, 'a']]
      const { methodResponses } = await ask('/jmap/api', { using: [core], methodCalls })
      return methodResponses[0][1]
    }

    const { applicationServerKey } = (await ask('/jmap/session')).capabilities[vapid]
    const device = new Device()
    const a = { deviceClientId: 'phone', url: service.url('/wong'), keys: device.keys }
    const { created } = await set({ create: { a } })
    const [first] = await service.until('/wong', 1)
    assert.ok(first)
    const { publicKey } = await vapidClaimsOf(first, service.origin)
    assert.equal(publicKey, applicationServerKey)
    const { verificationCode } = JSON.parse(device.open(first.body))
    const { id } = created.a
    assert.deepEqual((await set({ update: { [id]: { verificationCode } } })).updated, {
      [id]: null,
    })
    const second = (await service.until('/wong', 2))[1]
    assert.ok(second)
    assert.equal(JSON.parse(device.open(second.body))['@type'], 'StateChange')

    const program = sendAs(platform, chan)
    const [from, to] = [chan.address, wong.address]
    await program.sendMail({ from, to, subject: 'Told', text: 'x' })
    program.close()
    const third = (await service.until('/wong', 3))[2]
    assert.ok(third)
    const states = Object.values<object>(JSON.parse(device.open(third.body)).changed)
    assert.ok(states.some((each) => 'EmailDelivery' in each))
    const listed = await set({ destroy: [id] })
    assert.deepEqual(listed.destroyed, [id])
    assert.doesNotMatch(platform.said.stderr + platform.said.stdout, /push\.example|\/wong/)
  } finally {
    await rm(authority)
  }
})

function sign({ address, appPassword }: Person): string {
  return `Basic ${Buffer.from(`${address}:${appPassword}`).toString('base64')}`
}
