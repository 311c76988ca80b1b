/**
 * Looks for words in files as an intruder would: as UTF-8, as UTF-16 in both orders, and as base64
 * or hexadecimal of a text that holds them anywhere.
 */
import { createReadStream, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface Discovery {
  readonly word: string
  /** `utf8`, `utf16le`, `base64+1` … */
  readonly form: string
  readonly place: string
}

interface Needle {
  readonly word: string
  readonly form: string
  readonly octets: Buffer
}

/** Shorter ones would be found by chance. */
const wordOctetsMin = 12
/** So few that words of one kind share them, so many that chance does not make them. */
const beginningOctets = 5
const chunkOctets = 8 * 1024 * 1024

export class OctetSearch {
  /** By how they begin: hundreds of needles with a dozen beginnings cost a dozen scans. */
  readonly #groups: readonly (readonly Needle[])[]
  readonly #longest: number

  constructor(words: Iterable<string>) {
    const needles = [...words].flatMap(needlesOf)
    this.#groups = [...Map.groupBy(needles, beginning).values()]
    this.#longest = Math.max(...needles.map(({ octets }) => octets.length))
  }

  inOctets(octets: Buffer, place: string): readonly Discovery[] {
    return this.#groups
      .filter(([first]) => first !== undefined && octets.includes(beginning(first), 0, 'latin1'))
      .flat()
      .filter((needle) => octets.includes(needle.octets))
      .map(({ word, form }) => ({ word, form, place }))
  }

  async inFile(path: string): Promise<readonly Discovery[]> {
    const found = new Map<string, Discovery>()
    let rest = Buffer.alloc(0)
    for await (const chunk of createReadStream(path, { highWaterMark: chunkOctets })) {
      const octets = Buffer.concat([rest, chunk as Buffer])
      for (const each of this.inOctets(octets, path)) found.set(each.word + each.form, each)
      // What may have begun at the end of this chunk.
      rest = octets.subarray(Math.max(0, octets.length - this.#longest + 1))
    }
    return [...found.values()]
  }

  /** Every file of a folder and below, with how many octets were read and names looked at too. */
  async inFolder(
    folder: string,
  ): Promise<{ readonly discoveries: readonly Discovery[]; readonly octets: number }> {
    const discoveries: Discovery[] = []
    let octets = 0
    for (const name of globSync('**/*', { cwd: folder })) {
      discoveries.push(...this.inOctets(Buffer.from(name), `the name ${name}`))
      const path = join(folder, name)
      // A link to nowhere, or gone since: what writes there may be running.
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats?.isFile() !== true) continue
      octets += stats.size
      discoveries.push(...(await this.inFile(path)))
    }
    return { discoveries, octets }
  }
}

function beginning({ octets }: Needle): string {
  return octets.toString('latin1', 0, beginningOctets)
}

function needlesOf(word: string): readonly Needle[] {
  const utf8 = Buffer.from(word)
  if (utf8.length < wordOctetsMin) throw new RangeError(`too short to look for: ${word}`)
  const utf16 = Buffer.from(word, 'utf16le')
  const plain: readonly (readonly [string, Buffer])[] = [
    ['utf8', utf8],
    ['lower case', Buffer.from(word.toLowerCase())],
    ['utf16le', utf16],
    ['utf16be', Buffer.from(utf16).swap16()],
  ]
  const hidden = plain.flatMap(([form, octets]) => [
    ...[0, 1, 2].map(
      (offset) => [`${form} base64+${offset}`, base64Within(octets, offset)] as const,
    ),
    ...[0, 1, 2].map(
      (offset) => [`${form} base64url+${offset}`, base64urlWithin(octets, offset)] as const,
    ),
    [`${form} hex`, Buffer.from(octets.toString('hex'))] as const,
    [`${form} HEX`, Buffer.from(octets.toString('hex').toUpperCase())] as const,
  ])
  const forms = new Map<string, Needle>()
  // Many forms of a word in small letters are the same octets.
  for (const [form, octets] of [...plain, ...hidden])
    forms.set(octets.toString('latin1'), { word, form, octets })
  return [...forms.values()]
}

/** The characters that do not depend on what stands before and after the word. */
function base64Within(octets: Buffer, offset: number): Buffer {
  const padded = Buffer.concat([Buffer.alloc(offset), octets])
  const whole = padded.subarray(0, padded.length - (padded.length % 3))
  return Buffer.from(whole.toString('base64').slice(offset === 0 ? 0 : 4))
}

function base64urlWithin(octets: Buffer, offset: number): Buffer {
  const text = base64Within(octets, offset).toString()
  return Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))
}
