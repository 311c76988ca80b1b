import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodePack, encodePack, findInPack, textsOf, withoutMessages } from './text-pack.ts'
import { filterOf, mayHold } from './trigrams.ts'

const texts = [
  ['SUBJECT: RE: SUBJECT LINE', 'FROM: ANN'],
  [],
  ['X-SUBJECT: LINE', 'FROM: SUBJECT'],
  ['SUBJECT: 會議紀錄', 'TO: A'],
]
const pack = decodePack(encodePack(texts))
const find = (needle: string, field?: string) =>
  findInPack(pack, Buffer.from(needle), field === undefined ? undefined : Buffer.from(field))

describe('packed texts', () => {
  it('are found by message, each once', () => {
    assert.deepEqual(find('SUBJECT'), [0, 2, 3])
    assert.deepEqual(find('會議'), [3])
    assert.deepEqual(find('A'), [0, 3])
    assert.deepEqual(find('nothing'), [])
  })

  it('are found in the value of one field only', () => {
    assert.deepEqual(find('SUBJECT', 'SUBJECT: '), [0])
    assert.deepEqual(find('LINE', 'SUBJECT: '), [0])
    assert.deepEqual(find('SUBJECT', 'FROM: '), [2])
    assert.deepEqual(find('ANN', 'FROM: '), [0])
  })

  it('never join what stands apart', () => {
    assert.deepEqual(find('LINEFROM'), [])
    assert.deepEqual(find('ANNX'), [])
  })

  it('lose the text of a message and no other', () => {
    const less = decodePack(withoutMessages(pack, (index) => index !== 2))
    assert.equal(less.count, 3)
    assert.deepEqual(findInPack(less, Buffer.from('SUBJECT')), [0, 2])
    assert.ok(!less.octets.includes('X-SUBJECT'))
  })

  it('are ruled out by their filter only where they are not', () => {
    const filter = filterOf(textsOf(pack))
    for (const needle of ['SUBJECT', '會議紀錄', 'RE: ', 'AN', ''])
      assert.ok(mayHold(filter, Buffer.from(needle)), needle)
    const absent = ['ZEBRA CROSSING', '香港政府', 'QUARTERLY', 'XYZZY']
    assert.ok(absent.filter((needle) => !mayHold(filter, Buffer.from(needle))).length >= 3)
  })
})
