/** What the queue seals, each value bound to its row and column. The content is compressed first. */
import { promisify } from 'node:util'
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import type { HashingSealer } from '../keys/types.ts'
import { compressedHereOctets } from './limits.ts'
import type { QueueEnvelope, QueueRecipient, QueueReply } from './types.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

const envelopeSchema = z.strictObject({
  reversePath: z.string(),
  envelopeId: z.exactOptional(z.string()),
  ret: z.exactOptional(z.enum(['full', 'headers'])),
  isSmtpUtf8: z.boolean(),
  requiresTls: z.boolean(),
  requiresVerifiedTls: z.exactOptional(z.boolean()),
  priority: z.exactOptional(z.number()),
  deliverBy: z.exactOptional(
    z.strictObject({
      at: z.number(),
      mode: z.enum(['return', 'notify']),
      isTraced: z.boolean(),
    }),
  ),
  messageId: z.string(),
  sameness: z.exactOptional(z.string()),
}) satisfies z.ZodType<QueueEnvelope>

const recipientSchema = z.strictObject({
  forwardPath: z.string(),
  notify: z.exactOptional(z.array(z.enum(['never', 'success', 'failure', 'delay']))),
  originalRecipient: z.exactOptional(z.string()),
  trace: z.exactOptional(z.string()),
  marks: z.exactOptional(z.array(z.string())),
}) satisfies z.ZodType<QueueRecipient>

const replySchema = z.object({
  code: z.number(),
  enhanced: z.string(),
  text: z.string(),
}) satisfies z.ZodType<QueueReply>

export function sealEnvelope(keys: HashingSealer, id: string, envelope: QueueEnvelope): Buffer {
  return keys.seal(placeOf(id, 'envelope'), json(envelope))
}

export function openEnvelope(keys: HashingSealer, id: string, sealed: Buffer): QueueEnvelope {
  return envelopeSchema.parse(JSON.parse(keys.open(placeOf(id, 'envelope'), sealed).toString()))
}

export async function sealContent(
  keys: HashingSealer,
  id: string,
  content: Buffer,
): Promise<Buffer> {
  const isSmall = content.length <= compressedHereOctets
  const compressed = isSmall ? zstdCompressSync(content) : await compress(content)
  return keys.seal(placeOf(id, 'content'), compressed)
}

export async function openContent(
  keys: HashingSealer,
  id: string,
  sealed: Buffer,
  /** Of the content as it was. */
  octets: number,
): Promise<Buffer> {
  const compressed = keys.open(placeOf(id, 'content'), sealed)
  return octets <= compressedHereOctets ? zstdDecompressSync(compressed) : decompress(compressed)
}

export function sealRecipient(
  keys: HashingSealer,
  id: string,
  number: number,
  recipient: QueueRecipient,
): Buffer {
  return keys.seal(placeOf(`${id}/${number}`, 'recipient'), json(recipient))
}

export function openRecipient(
  keys: HashingSealer,
  id: string,
  number: number,
  sealed: Buffer,
): QueueRecipient {
  const plaintext = keys.open(placeOf(`${id}/${number}`, 'recipient'), sealed)
  return recipientSchema.parse(JSON.parse(plaintext.toString()))
}

export function sealReply(
  keys: HashingSealer,
  id: string,
  number: number,
  reply: QueueReply,
): Buffer {
  return keys.seal(placeOf(`${id}/${number}`, 'last_reply'), json(reply))
}

export function openReply(
  keys: HashingSealer,
  id: string,
  number: number,
  sealed: Buffer,
): QueueReply {
  const plaintext = keys.open(placeOf(`${id}/${number}`, 'last_reply'), sealed)
  return replySchema.parse(JSON.parse(plaintext.toString()))
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function placeOf(object: string, column: string): { object: string; field: string } {
  return { object, field: `queue.${column}` }
}
