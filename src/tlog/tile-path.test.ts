import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBundle, parseBundle } from './bundle.ts'
import { formatTilePath, listTiles, parseTilePath } from './tile-path.ts'
import { LogFault } from './types.ts'

test('names tiles as the specification does', () => {
  const names = [
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 2, index: 0, width: 1 }, 'tile/2/000.p/1'],
    [{ level: undefined, index: 1000, width: 256 }, 'tile/entries/x001/000'],
  ] as const
  for (const [name, path] of names) {
    assert.equal(formatTilePath(name), path)
    assert.deepEqual(parseTilePath(path), name)
  }
})

test('knows a file by one name only', () => {
  const wrong = [
    'tile/00/000',
    'tile/64/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/x002',
    'tile/entries/../../checkpoint',
    'tile/0/000/',
    '/tile/0/000',
    'checkpoint',
  ]
  for (const path of wrong) assert.equal(parseTilePath(path), undefined, path)
})

test('lists the files of a tree of 70,000 entries as the specification counts them', () => {
  const paths = Array.from(listTiles(70_000), formatTilePath)
  const of = (level: string) => paths.filter((path) => path.startsWith(`tile/${level}/`))
  assert.equal(of('entries').length, 274)
  assert.equal(of('0').length, 274)
  assert.equal(of('0').at(-1), 'tile/0/273.p/112')
  assert.deepEqual(of('1'), ['tile/1/000', 'tile/1/001.p/17'])
  assert.deepEqual(of('2'), ['tile/2/000.p/1'])
  assert.deepEqual(Array.from(listTiles(256), formatTilePath), [
    'tile/entries/000',
    'tile/0/000',
    'tile/1/000.p/1',
  ])
  assert.deepEqual([...listTiles(0)], [])
})

test('puts entries into a bundle and takes them out, and sees that one is cut off', () => {
  const entries = [Buffer.from(''), Buffer.from('a'), Buffer.alloc(65_535, 1)]
  const bundle = formatBundle(entries)
  assert.equal(bundle.subarray(0, 5).toString('hex'), '0000000161')
  assert.deepEqual(parseBundle(bundle), entries)
  for (const length of [1, 4, bundle.length - 1])
    assert.throws(() => parseBundle(bundle.subarray(0, length)), LogFault)
})
