/** RFC 8621 §4.1.4 and §4.2: the parts of an Email, its bodies and their values. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { plain, type Suite } from './client.ts'

const mixed = `Subject: mixed
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
--a
Content-Type: text/html

<p>Hello <a href="https://elsewhere.example/">there</a></p>
--a--
--m
Content-Type: application/json; charset=utf-8
Content-Disposition: attachment; filename*=utf-8''%E5%B8%B3.json
Content-ID: <one@e.example>
Content-Language: zh-Hant, en
Content-Location: https://e.example/x

{}
--m
Content-Type: image/png; name="=?utf-8?B?5Zyw5ZyW?="
Content-Disposition: inline

x
--m--
`

export function testEmailBodies(of: () => Suite): void {
  it('§4.1.4: parts have ids and blobs unless they are multiparts, and what their fields say', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([mixed])
    const bodyProperties = [
      'partId',
      'blobId',
      'size',
      'name',
      'type',
      'charset',
      'disposition',
      'cid',
      'language',
      'location',
      'subParts',
      'header:Content-Type',
    ]
    const { bodyStructure } = await lee.email(id, ['bodyStructure'], { bodyProperties })
    assert.deepEqual(
      [
        bodyStructure.type,
        bodyStructure.partId,
        bodyStructure.blobId,
        bodyStructure.subParts.length,
      ],
      ['multipart/mixed', null, null, 3],
    )
    const [alternative, json, image] = bodyStructure.subParts
    assert.deepEqual(
      [alternative.type, alternative.partId, alternative.blobId],
      ['multipart/alternative', null, null],
    )
    assert.deepEqual([alternative.subParts[1].charset, image.charset], ['us-ascii', null])
    const { blobId, partId, size, ...facts } = json
    assert.ok(blobId && partId)
    assert.deepEqual(
      [size, facts],
      [
        2,
        {
          name: '帳.json',
          type: 'application/json',
          charset: 'utf-8',
          disposition: 'attachment',
          cid: 'one@e.example',
          language: ['zh-Hant', 'en'],
          location: 'https://e.example/x',
          'header:Content-Type': ' application/json; charset=utf-8',
          subParts: null,
        },
      ],
    )
    assert.equal(image.name, '地圖')
    const { octets } = await lee.ask(`/jmap/download/${lee.accountId}/${blobId}/x?type=a%2Fb`)
    assert.equal(octets.toString(), '{}')
  })

  it('§4.1.4: a multipart that has no part has no id either', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload(
      'Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing\r\n',
    )
    const { parsed } = await lee.ok('Email/parse', {
      blobIds: [blobId],
      properties: ['bodyStructure'],
    })
    const { type, partId } = parsed[blobId].bodyStructure
    assert.equal(partId === null, type.startsWith('multipart/'))
  })

  it('§4.1.4: text and html bodies, attachments and whether there are any', async () => {
    const { lee } = of()
    const [id = '', bare = ''] = await lee.put([mixed, plain('bare')])
    const email = await lee.email(id, ['textBody', 'htmlBody', 'attachments', 'hasAttachment'])
    const typesOf = (parts: { type: string }[]) => parts.map(({ type }) => type)
    assert.deepEqual(typesOf(email.textBody), ['text/plain', 'image/png'])
    assert.deepEqual(typesOf(email.htmlBody), ['text/html', 'image/png'])
    assert.deepEqual(typesOf(email.attachments), ['application/json'])
    assert.equal(email.hasAttachment, true)
    const { textBody, htmlBody, hasAttachment } = await lee.email(bare, [
      'textBody',
      'htmlBody',
      'hasAttachment',
    ])
    assert.deepEqual([textBody, hasAttachment], [htmlBody, false])
  })

  it('§4.1.4: values are decoded, with LF alone; what was broken is said', async () => {
    const { lee } = of()
    const value = async (type: string, octets: Buffer) => {
      const head = Buffer.from(`Content-Type: ${type}\r\n\r\n`)
      const { blobId } = await lee.upload(Buffer.concat([head, octets]))
      const args = { blobIds: [blobId], properties: ['bodyValues'], fetchAllBodyValues: true }
      const { parsed } = await lee.ok('Email/parse', args)
      return Object.values<Record<string, unknown>>(parsed[blobId].bodyValues)[0]
    }
    assert.deepEqual(
      await value('text/plain; charset=big5', Buffer.from([0xad, 0xbb, 0x0d, 0x0a, 0x61])),
      { value: '香\na', isEncodingProblem: false, isTruncated: false },
    )
    const broken = await value('text/plain; charset=utf-8', Buffer.from([0x61, 0xff, 0x62]))
    assert.deepEqual([broken?.['value'], broken?.['isEncodingProblem']], ['a\u{FFFD}b', true])
    assert.equal(
      (await value('text/plain; charset=nobody', Buffer.from('a')))?.['isEncodingProblem'],
      true,
    )
  })

  it('§4.1.4: a preview has no more than 256 characters', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('long', '長話 '.repeat(500))])
    const { preview } = await lee.email(id, ['preview'])
    assert.ok([...preview].length <= 256 && preview.length > 0)
  })

  it('§4.2: bodyValues are those of the bodies that are asked for', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([mixed])
    const values = async (more: object) => {
      const { bodyValues } = await lee.email(id, ['bodyValues'], more)
      return Object.values<{ value: string }>(bodyValues).map(({ value }) => value.trim())
    }
    const html = '<p>Hello <a href="https://elsewhere.example/">there</a></p>'
    assert.deepEqual(await values({}), [])
    assert.deepEqual(await values({ fetchTextBodyValues: true }), ['Grüße'])
    assert.deepEqual(await values({ fetchHTMLBodyValues: true }), [html])
    assert.deepEqual((await values({ fetchAllBodyValues: true })).toSorted(), [html, 'Grüße'])
  })

  it('§4.2: a value that is cut has no more octets than asked, whole characters, and no half tag', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([mixed])
    for (let maxBodyValueBytes = 1; maxBodyValueBytes < 30; maxBodyValueBytes += 1) {
      const { bodyValues } = await lee.email(id, ['bodyValues'], {
        fetchAllBodyValues: true,
        maxBodyValueBytes,
      })
      for (const { value, isTruncated } of Object.values<{ value: string; isTruncated: boolean }>(
        bodyValues,
      )) {
        assert.ok(Buffer.byteLength(value) <= maxBodyValueBytes)
        assert.equal(value.includes('\u{FFFD}'), false)
        assert.ok(value.lastIndexOf('<') <= value.lastIndexOf('>'), value)
        assert.equal(isTruncated, Buffer.byteLength(value) < 7 || value.startsWith('<'))
      }
    }
  })
}
