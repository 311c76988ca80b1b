/** Blob/copy: from one account into another, as an upload there. RFC 8620 §6.3. */
import { Refusal } from '../../base/refusal.ts'
import { coreCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import {
  invalidArguments,
  MethodError,
  setErrorWithin,
  type SetError,
} from '../core/method-error.ts'
import { orNull } from '../core/set.ts'
import { objectsInSetMax } from '../limits.ts'
import { uploadBlobId } from './blob.ts'
import { OpenedBlobs } from './opened.ts'
import { mayUpload } from './upload.ts'

export const blobCopy: Method = {
  capability: coreCapability,
  async run(call) {
    const from = accountOf(call, 'fromAccountId')
    const to = accountOf(call)
    const blobIds = [...new Set(call.args.idsOrNull('blobIds'))]
    if (call.args.value('blobIds') === undefined) throw invalidArguments('blobIds is missing')
    call.args.end()
    if (blobIds.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    if (!mayUpload(to)) throw new Refusal('not-permitted')
    const opened = new OpenedBlobs(from, () => new MethodError('requestTooLarge'))
    const copied = new Map<string, string>()
    const notCopied = new Map<string, SetError>()
    const place = { account: to.id, viewer: call.principal.id }
    for (const id of blobIds) {
      const blob = await opened.open(id)
      if (blob === undefined) {
        notCopied.set(id, { type: 'notFound' })
        continue
      }
      try {
        const kept = await call.parts.store.keepUpload(place, blob.octets, blob.type)
        copied.set(id, uploadBlobId(kept.id))
      } catch (error) {
        notCopied.set(id, setErrorWithin(error, copied.size > 0))
      }
    }
    const ids = { fromAccountId: from.id, accountId: to.id }
    return { ...ids, copied: orNull(copied), notCopied: orNull(notCopied) }
  },
}
