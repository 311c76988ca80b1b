/** A message as a script sees it. RFC 5228 §2.4.2.2, §2.7.2; RFC 5173. */
import { decodeText } from '../../mime/charset.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { parseDate } from '../../mime/date.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import { parseOnce } from '../../mime/parse-once.ts'
import { partText } from '../../mime/text.ts'
import { decodeTransfer } from '../../mime/transfer.ts'
import type { Part } from '../../mime/types.ts'
import type { BodyTransform, SieveAddress, SieveMessage } from '../../sieve/types.ts'
import { sieveBodyOctetsMax } from '../limits.ts'

export function makeSieveMessage(octets: Buffer, envelope: SieveMessage['envelope']): SieveMessage {
  const root = parseOnce(octets)
  return {
    octets: octets.length,
    envelope,
    fields: root.fields.map((field, index) => {
      const raw = unfoldedValue(octets, field)
      return { index, name: field.name, raw, text: decodeWords(raw) }
    }),
    addresses: addressesIn,
    date: parseDate,
    body: async (transform) => bodyTexts(octets, root, transform),
  }
}

function addressesIn(raw: string): readonly SieveAddress[] {
  return parseMailboxes(raw).flatMap(({ mailbox, host }) =>
    mailbox === undefined || host === undefined ? [] : [{ localPart: mailbox, domain: host }],
  )
}

function bodyTexts(octets: Buffer, root: Part, transform: BodyTransform): readonly string[] {
  if (transform.kind === 'raw') {
    const end = Math.min(root.end, root.bodyStart + sieveBodyOctetsMax)
    return [octets.toString('utf8', root.bodyStart, end)]
  }
  const texts: string[] = []
  let left = sieveBodyOctetsMax
  for (const part of leavesOf(root)) {
    if (left <= 0) break
    const text = textFor(octets, part, transform, left)
    if (text === undefined) continue
    texts.push(text)
    left -= text.length
  }
  return texts
}

/** `:text` takes markup away, `:content` shows what is there. Undefined: the part is not asked for. */
function textFor(
  octets: Buffer,
  part: Part,
  transform: Exclude<BodyTransform, { kind: 'raw' }>,
  octetsMax: number,
): string | undefined {
  if (transform.kind === 'text')
    return part.type === 'text' ? partText(octets, part, octetsMax) : undefined
  if (!isWanted(part, transform.types)) return undefined
  const end = Math.min(part.end, part.bodyStart + octetsMax)
  const body = decodeTransfer(octets.subarray(part.bodyStart, end), part.encoding)
  return decodeText(body, part.type === 'text' ? part.parameters.get('charset') : undefined)
}

function* leavesOf(part: Part): Generator<Part> {
  if (part.message !== undefined) yield* leavesOf(part.message)
  else if (part.children.length === 0) yield part
  else for (const child of part.children) yield* leavesOf(child)
}

/** `text`, `text/html`, and nothing for every part. RFC 5173 §5.2. */
function isWanted({ type, subtype }: Part, wanted: readonly string[]): boolean {
  return wanted.some((one) => one === '' || one === type || one === `${type}/${subtype}`)
}
