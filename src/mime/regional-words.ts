/**
 * Words for one thing that Hong Kong, Taiwan and the mainland call differently: 軟件, 軟體 and 软件. For searches by nearness:
 * an exact search knows the forms of characters alone (`fold-han.ts`). ADR 0068.
 */
import { readFileSync } from 'node:fs'

const others = readWords(readFileSync(new URL('regional-words.txt', import.meta.url), 'utf8'))
/** The longest first, so that 软件 is not found in 中介软件. */
const known = new RegExp(
  [...others.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((word) => RegExp.escape(word))
    .join('|'),
  'g',
)

function readWords(text: string): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>()
  const add = (word: string, other: string) => {
    const list = words.get(word)
    if (list === undefined) words.set(word, [other])
    else list.push(other)
  }
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue
    for (const pair of line.split(' ')) {
      const [word = '', other = ''] = pair.split('=')
      if (word === '' || other === '') continue
      add(word, other)
      add(other, word)
    }
  }
  return words
}

/** @param folded as `foldForSearch` leaves it. @returns where such words stand, in order. */
export function findRegional(folded: string): readonly RegExpExecArray[] {
  return [...folded.matchAll(known)]
}

/** What others call the same. */
export function regionalForms(folded: string): readonly string[] {
  return others.get(folded) ?? []
}
