/** Where tiles and bundles are found: pure arithmetic of names. C2SP tlog-tiles, "Merkle Tree". */
import { tileWidth } from './limits.ts'

/** One file of the published layout. `level` undefined: a bundle of entries. */
export interface TileName {
  readonly level: number | undefined
  readonly index: number
  /** 1 to 256; below 256 it is partial. */
  readonly width: number
}

const levelMax = 63

/** `tile/0/x001/x234/067`, `tile/entries/000.p/17` */
export function formatTilePath({ level, index, width }: TileName): string {
  const elements: string[] = []
  let rest = index
  do {
    elements.unshift(String(rest % 1000).padStart(3, '0'))
    rest = Math.floor(rest / 1000)
  } while (rest > 0)
  const last = elements.pop()
  const folders = elements.map((element) => `x${element}/`).join('')
  const partial = width === tileWidth ? '' : `.p/${width}`
  return `tile/${level ?? 'entries'}/${folders}${last}${partial}`
}

const grammar = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/

/** Undefined: there can be no such file. Only the one spelling of a name is known. */
export function parseTilePath(path: string): TileName | undefined {
  const match = grammar.exec(path)
  if (match === null) return undefined
  const [, where, digits = '', partial] = match
  const name = {
    level: where === 'entries' ? undefined : Number(where),
    index: Number(digits.replaceAll(/[x/]/g, '')),
    width: partial === undefined ? tileWidth : Number(partial),
  }
  const isKnown = name.width >= 1 && name.width <= tileWidth && (name.level ?? 0) <= levelMax
  return isKnown && formatTilePath(name) === path ? name : undefined
}

/** Hashes of `level` that a tree of `size` has: roots of whole subtrees of 256^level entries. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** Every file that a tree of `size` is made of, bundles first, then tiles from the leaves up. */
export function* listTiles(size: number): Generator<TileName> {
  yield* listLevel(undefined, size)
  for (let level = 0; hashesAt(level, size) > 0; level += 1)
    yield* listLevel(level, hashesAt(level, size))
}

function* listLevel(level: number | undefined, hashes: number): Generator<TileName> {
  for (let index = 0; index * tileWidth < hashes; index += 1)
    yield { level, index, width: Math.min(tileWidth, hashes - index * tileWidth) }
}
