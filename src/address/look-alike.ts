/**
 * Domains made to be taken for another: letters that look the same, one letter more, less, changed or
 * exchanged, hyphens that move, another ending. Pure.
 */
import { displayDomain } from './domain.ts'

/** What a reader takes one for the other in, most of Unicode's confusables that are used for it. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/[0оοօ]/gu, 'o'],
  [/[1ıіɩӏ|!íìl]/gu, 'i'],
  [/[3еєё]/gu, 'e'],
  [/[4а@ɑα]/gu, 'a'],
  [/[5ѕ]/gu, 's'],
  [/[7т]/gu, 't'],
  [/[8в]/gu, 'b'],
  [/[9ɡԛ]/gu, 'g'],
  [/[сϲ]/gu, 'c'],
  [/[рρ]/gu, 'p'],
  [/[уγү]/gu, 'y'],
  [/[хχ]/gu, 'x'],
  [/[мʍ]/gu, 'm'],
  [/[нһ]/gu, 'h'],
  [/[кκ]/gu, 'k'],
  [/[ԁ]/gu, 'd'],
  [/[νѵ]/gu, 'v'],
  [/[ԝω]/gu, 'w'],
  [/[п]/gu, 'n'],
  [/[ј]/gu, 'j'],
]

/** Shorter labels of honest names are often one letter apart: `td` and `tb`. */
const oneOffCharsMin = 5

/** The one of `ours` that the domain is made to look like; undefined when it is none, or one of them. */
export function findLookAlike(domain: string, ours: readonly string[]): string | undefined {
  if (domain.length > domainCharsMax || ours.includes(domain)) return undefined
  const shape = shapeOf(domain)
  return ours.find((own) => looksLike(shape, shapeOf(own)))
}

const domainCharsMax = 253

function looksLike(shape: string, own: string): boolean {
  if (shape === own) return true
  // The name of ours as the beginning of another's: `gov.example.evil.test`, `gov-example.test`.
  if (shape.startsWith(`${own}.`) || shape.includes(`.${own}.`)) return true
  const [flat, ownFlat] = [shape.replaceAll(/[.-]/g, ''), own.replaceAll(/[.-]/g, '')]
  if (flat === ownFlat) return true
  const [labels, ownLabels] = [shape.split('.'), own.split('.')]
  if (labels.length !== ownLabels.length) return false
  const different = labels.flatMap((label, at) =>
    label === ownLabels[at] ? [] : [[label, ownLabels[at] ?? ''] as const],
  )
  const [only] = different
  return (
    different.length === 1 &&
    only !== undefined &&
    only[1].length >= oneOffCharsMin &&
    isOneOff(...only)
  )
}

const shapesKnown = new Map<string, string>()
const shapesKnownMax = 4_096

/** What is left when letters that look the same are the same. */
function shapeOf(domain: string): string {
  const known = shapesKnown.get(domain)
  if (known !== undefined) return known
  // Marks on letters are taken off: they are overlooked.
  let text = displayDomain(domain).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  for (const [letters, shape] of shapes) text = text.replaceAll(letters, shape)
  if (shapesKnown.size >= shapesKnownMax) shapesKnown.clear()
  shapesKnown.set(domain, text)
  return text
}

/** One letter added, lost, changed, or two neighbours exchanged. */
export function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const rest = (text: string, skip: number) => text.slice(start + skip)
  if (rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1))
    return true
  return a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, 2) === rest(b, 2)
}
