/** Uploading binary data. RFC 8620 §6.1. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { uploadBlobId } from '../blob/blob.ts'
import { concurrentUploadMax } from '../limits.ts'
import type { Account } from './account.ts'
import { formatUtcDate } from './arguments.ts'
import { RequestProblem } from './problems.ts'

const mediaTypeForm = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:\s*;[\x20-\x7e]{0,500})?$/

export function isMediaType(text: string): boolean {
  return mediaTypeForm.test(text)
}

/** How many each has at once. */
export class UploadCounts {
  readonly #counts = new Map<string, number>()

  /** @throws RequestProblem */
  take(principalId: string): Disposable {
    const count = this.#counts.get(principalId) ?? 0
    if (count >= concurrentUploadMax)
      throw new RequestProblem('limit', 'Too many uploads at once.', 'maxConcurrentUpload')
    this.#counts.set(principalId, count + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#counts.get(principalId) ?? 1) - 1
        if (left === 0) this.#counts.delete(principalId)
        else this.#counts.set(principalId, left)
      },
    }
  }
}

/** Refusal('not-permitted') where he may put nothing into the account. */
export async function upload(
  account: Account,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { parts, principal, id } = account
  const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const given = request.headers['content-type'] ?? ''
  const type = isMediaType(given) ? given : 'application/octet-stream'
  const place = { account: id, viewer: principal.id }
  const kept = await parts.store.keepUpload(place, content, type)
  return reply.code(201).send({
    accountId: id,
    blobId: uploadBlobId(kept.id),
    type,
    size: kept.octets,
    expires: formatUtcDate(kept.expiresAt),
  })
}
