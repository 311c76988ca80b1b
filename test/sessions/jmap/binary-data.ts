/** RFC 8620 §6: upload and download. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { it } from 'node:test'
import { core, type Client, type Suite } from './client.ts'

const place = ({ accountId }: Client, blobId: string, name = 'x', type = 'text%2Fplain') =>
  `/jmap/download/${accountId}/${blobId}/${name}?type=${type}`

export function testBinaryData(of: () => Suite): void {
  it('§6.1: an upload answers with account, blob, type and size', async () => {
    const { lee } = of()
    const { accountId, blobId, type, size } = await lee.upload('öctets', 'text/x-of-mine')
    assert.deepEqual([accountId, type, size], [lee.accountId, 'text/x-of-mine', 7])
    assert.match(blobId, /^[\w-]{1,255}$/)
  })

  it('§6.1: what is uploaded is its uploader’s alone, in shared accounts too', async () => {
    const { lee, wong } = of()
    const shared = lee.accountNamed('Road Works')
    const { blobId } = await lee.upload('mine', 'text/plain', shared)
    const path = `/jmap/download/${shared}/${blobId}/x?type=text%2Fplain`
    assert.equal((await lee.ask(path)).status, 200)
    assert.equal((await wong.ask(path)).status, 404)
    assert.equal((await wong.ask(place(lee, blobId))).status, 404)
  })

  it('§6.1, §3.6.1: more than maxSizeUpload is refused by that name, as problem details', async () => {
    const { lee } = of()
    const { maxSizeUpload } = lee.session.capabilities[core]
    const path = `/jmap/upload/${lee.accountId}`
    const { status, body, headers } = await lee.announce(path, maxSizeUpload + 1)
    assert.deepEqual([status, body.limit], [400, 'maxSizeUpload'])
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
  })

  it('§6.1: more uploads at once than maxConcurrentUpload are refused by that name', async () => {
    const { lee } = of()
    const { maxConcurrentUpload } = lee.session.capabilities[core]
    const headers = { 'content-length': '2', expect: '100-continue' }
    const held = Array.from({ length: maxConcurrentUpload }, () => {
      const call = lee.open(`/jmap/upload/${lee.accountId}`, { method: 'POST', headers })
      call.write('a')
      return call
    })
    await Promise.all(held.map((call) => once(call, 'continue')))
    const refused = await lee.ask(`/jmap/upload/${lee.accountId}`, { body: 'x' })
    assert.deepEqual([refused.status, refused.body.limit], [400, 'maxConcurrentUpload'])
    const answers = held.map((call) => once(call, 'response'))
    for (const call of held) call.end('b')
    for (const [response] of await Promise.all(answers)) {
      response.resume()
      assert.equal(response.statusCode, 201)
    }
  })

  it('§6.2: a download has the type that is asked for, and the name', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload('a,b', 'text/plain')
    const name = encodeURIComponent('帳目 "2" /x.csv')
    const { headers, octets } = await lee.ask(
      place(lee, blobId, name, encodeURIComponent('text/csv')),
    )
    assert.deepEqual([headers['content-type'], octets.toString()], ['text/csv', 'a,b'])
    assert.ok(headers['content-disposition']?.includes(`filename*=UTF-8''${name}`))
  })

  it('§6.2: the octets are exact, and no type or name breaks the header', async () => {
    const { lee } = of()
    const content = Buffer.from(Array.from({ length: 256 }, (_, at) => at))
    const { blobId } = await lee.upload(content, 'application/octet-stream')
    const evil = encodeURIComponent('text/html\r\nX-Evil: 1')
    const { headers, octets } = await lee.ask(
      place(lee, blobId, encodeURIComponent('a\r\nX-Evil: 1'), evil),
    )
    assert.deepEqual(
      [octets, headers['x-evil'], headers['x-content-type-options']],
      [content, undefined, 'nosniff'],
    )
  })

  it('§6.2, RFC 9110 §14: ranges are given as they are asked for', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload('0123456789', 'text/plain')
    const range = async (value: string) => {
      const { status, headers, octets } = await lee.ask(place(lee, blobId), {
        headers: { range: value },
      })
      return [status, headers['content-range'], octets.toString()]
    }
    assert.deepEqual(await range('bytes=2-4'), [206, 'bytes 2-4/10', '234'])
    assert.deepEqual(await range('bytes=7-'), [206, 'bytes 7-9/10', '789'])
    assert.deepEqual(await range('bytes=-2'), [206, 'bytes 8-9/10', '89'])
    assert.deepEqual(await range('bytes=8-99'), [206, 'bytes 8-9/10', '89'])
    assert.deepEqual(await range('bytes=10-'), [416, 'bytes */10', ''])
    assert.deepEqual(await range('lines=1-2'), [200, undefined, '0123456789'])
  })

  it('§6.2: what is not there is 404 with problem details', async () => {
    const { lee } = of()
    for (const blobId of ['nothing', `M${lee.accountId}`, `U${lee.accountId}`]) {
      const { status, headers } = await lee.ask(place(lee, blobId))
      assert.deepEqual([status, /problem\+json/.test(String(headers['content-type']))], [404, true])
    }
  })

  it('§6: any blob of the account may be used again: an Email as an attachment of another', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put(['Subject: within\n\nwithin\n'])
    const { blobId } = await lee.email(id, ['blobId'])
    const create = {
      a: {
        mailboxIds: { [lee.inbox]: true },
        subject: 'around',
        attachments: [{ blobId, type: 'message/rfc822' }],
      },
    }
    // The last reference goes in the same call.
    const { created, destroyed } = await lee.ok('Email/set', { create, destroy: [id] })
    assert.deepEqual(destroyed, [id])
    const { attachments } = await lee.email(created.a.id, ['attachments'])
    const { parsed } = await lee.ok('Email/parse', { blobIds: [attachments[0].blobId] })
    assert.equal(parsed[attachments[0].blobId].subject, 'within')
  })
}
