/** `HEADER.FIELDS` and `.NOT` out of packed headers: matching fields as they are written, then the empty line. */
import type { HeadsPart } from '../../store/packs/heads-part.ts'
import type { OctetWriter } from '../wire/octet-writer.ts'

interface Fields {
  readonly names: readonly string[]
  readonly isNot: boolean
}

const crlf = Buffer.from('\r\n')

const cr = 0x0d

function writeRun(out: OctetWriter, heads: Buffer, start: number, end: number): void {
  out.octets(heads, start, end)
  out.octets(crlf)
}

export function fieldsWriter(
  label: string,
  { names, isNot }: Fields,
): (out: OctetWriter, part: HeadsPart, place: number) => void {
  const start = Buffer.from(`${label} {`)
  const asked = new Set(names.map((name) => name.toLowerCase()))
  // For each pack which of its names are told.
  const known = new WeakMap<HeadsPart, Uint8Array>()
  const toldOf = (part: HeadsPart): Uint8Array => {
    let told = known.get(part)
    if (told === undefined) {
      told = Uint8Array.from(part.names, (name) => (asked.has(name) === isNot ? 0 : 1))
      known.set(part, told)
    }
    return told
  }
  return (out, part, place) => {
    const told = toldOf(part)
    const { nameOf, starts, ends, fieldStarts, headStarts, heads } = part
    const [from, to] = [fieldStarts[place] ?? 0, fieldStarts[place + 1] ?? 0]
    const head = headStarts[place] ?? 0
    let octets = 2
    for (let at = from; at < to; at += 1)
      if (told[nameOf[at] ?? 0] === 1) octets += (ends[at] ?? 0) - (starts[at] ?? 0) + 2
    out.octets(start)
    out.number(octets)
    out.text('}\r\n')
    // Fields that stand one behind the other are written as one run.
    let [runStart, runEnd] = [-1, -1]
    for (let at = from; at < to; at += 1) {
      if (told[nameOf[at] ?? 0] !== 1) continue
      const [start, end] = [head + (starts[at] ?? 0), head + (ends[at] ?? 0)]
      if (start !== runEnd + 2 || heads[runEnd] !== cr) {
        if (runEnd >= 0) writeRun(out, heads, runStart, runEnd)
        runStart = start
      }
      runEnd = end
    }
    if (runEnd >= 0) writeRun(out, heads, runStart, runEnd)
    out.octets(crlf)
  }
}
