/** Email/parse: messages attached or uploaded, shown as Emails without a place. RFC 8621 §4.9. */
import { parseMessage } from '../../mime/parse.ts'
import { openBlob } from '../blob/blob.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { invalidArguments } from '../core/method-error.ts'
import { requireFew } from '../core/get.ts'
import { emailAsked, parsedInitial, presentEmail } from './present.ts'

export const emailParse: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const blobIds = [...new Set(call.args.ids('blobIds'))]
    const asked = emailAsked(call.args, parsedInitial)
    call.args.end()
    if (blobIds.length === 0 && call.args.value('blobIds') === undefined)
      throw invalidArguments('blobIds is missing')
    requireFew(blobIds.length)
    const parsed: Record<string, object> = {}
    const notParsable: string[] = []
    const notFound: string[] = []
    for (const blobId of blobIds) {
      const blob = await openBlob(account, blobId)
      if (blob === undefined) {
        notFound.push(blobId)
        continue
      }
      const { octets } = blob
      const part = parseMessage(octets)
      // Everything parses somehow; without any field it is no message.
      if (part.fields.length === 0) {
        notParsable.push(blobId)
        continue
      }
      const header = { octets, fields: part.fields }
      const metadata = { blobId, size: octets.length }
      const source = { metadata, blobId, header, structure: undefined, preview: undefined }
      parsed[blobId] = presentEmail({ ...source, content: { octets, part } }, asked)
    }
    const orNull = <T extends object>(value: T) => (Object.keys(value).length === 0 ? null : value)
    return {
      accountId: account.id,
      parsed: orNull(parsed),
      notParsable: orNull(notParsable),
      notFound: orNull(notFound),
    }
  },
}
