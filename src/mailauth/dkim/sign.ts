/**
 * Signs a message for its author's domain: DKIM-Signature fields to put in front of it, relaxed in
 * header and body, one for each key. RFC 6376 §5, RFC 8463 §3 (both algorithms, so that whoever
 * does not know Ed25519 has RSA).
 */
import { hash, sign as signWith } from 'node:crypto'
import { promisify } from 'node:util'
import type { Millis } from '../../base/clock.ts'
import { relaxedBody, relaxedField, splitMessage, type Field } from './canonicalise.ts'
import type { DkimKey } from './key.ts'
import { signatureLine } from './limits.ts'

/** In the thread pool: RSA costs a millisecond. */
const signAway = promisify(signWith)

/**
 * RFC 6376 §5.4.1, and what a program shows or acts on. Named once more than they are there, so that
 * no second one can be added (§5.4.2, §8.15).
 */
const guarded = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'reply-to',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]

/** Signed where they are; lists may add theirs. */
const signed = ['sender', 'content-disposition', 'content-language', 'auto-submitted']

/** @returns the fields with their line ends; the last key's stands first. */
export async function signMessage(
  message: Buffer,
  keys: readonly DkimKey[],
  at: Millis,
): Promise<string> {
  if (keys.length === 0) return ''
  const { fields, bodyStart } = splitMessage(message)
  const bodyHash = hash('sha256', relaxedBody(message.subarray(bodyStart)), 'base64')
  const names = namesOf(fields)
  const made = await Promise.all(
    keys.map(async (key) => {
      const tags = tagsOf(key, { names, bodyHash, at })
      const signature = await signAlone(key, signedOctets(fields, names, tags))
      return `DKIM-Signature:${tags}${fold(signature)}\r\n`
    }),
  )
  return made.toReversed().join('')
}

function namesOf(fields: readonly Field[]): readonly string[] {
  const count = (name: string) => fields.filter((field) => field.name === name).length
  return [
    ...guarded.flatMap((name) => Array.from({ length: count(name) + 1 }, () => name)),
    ...signed.flatMap((name) => Array.from({ length: count(name) }, () => name)),
  ]
}

interface Signing {
  readonly names: readonly string[]
  readonly bodyHash: string
  readonly at: Millis
}

/** The value of the field up to `b=`. RFC 6376 §3.5. */
function tagsOf(
  { domain, selector, algorithm }: DkimKey,
  { names, bodyHash, at }: Signing,
): string {
  return (
    ` v=1; a=${algorithm}; c=relaxed/relaxed;\r\n\td=${domain}; s=${selector};` +
    ` t=${Math.floor(at / 1000)};\r\n\th=${foldNames(names)};\r\n\tbh=${bodyHash};\r\n\tb=`
  )
}

/** RFC 6376 §3.5: white space may stand around the colons of h=. */
function foldNames(names: readonly string[]): string {
  const lines: string[] = []
  let line = ''
  for (const name of names) {
    if (line.length + name.length > signatureLine) {
      lines.push(line)
      line = ''
    }
    line += `${name}:`
  }
  return [...lines, line].join('\r\n\t').slice(0, -1)
}

function fold(signature: string): string {
  const lines = signature.match(new RegExp(`.{1,${signatureLine}}`, 'g')) ?? []
  return lines.join('\r\n\t')
}

/**
 * What the signature is over: the named fields, of several the last first (RFC 6376 §5.4.2), nothing
 * for those that are not there, then the signature's own field with an empty b= (§3.7).
 */
export function signedOctets(
  fields: readonly Field[],
  names: readonly string[],
  tags: string,
): Buffer {
  const left = Map.groupBy(fields, (field) => field.name)
  const lines = names.flatMap((name) => {
    const all = left.get(name) ?? []
    const last = all.at(-1)
    left.set(name, all.slice(0, -1))
    return last === undefined ? [] : [`${relaxedField(last)}\r\n`]
  })
  const own = relaxedField({ name: 'dkim-signature', value: tags })
  return Buffer.from(lines.join('') + own, 'latin1')
}

/** RFC 8463 §3: Ed25519 signs the SHA-256 of what RSA signs, not the octets themselves. */
async function signAlone({ algorithm, privateKey }: DkimKey, octets: Buffer): Promise<string> {
  const signature =
    algorithm === 'rsa-sha256'
      ? await signAway('sha256', octets, privateKey)
      : await signAway(null, hash('sha256', octets, 'buffer'), privateKey)
  return signature.toString('base64')
}
