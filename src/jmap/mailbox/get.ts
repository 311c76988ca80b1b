/** Mailbox/get. RFC 8621 §2.1. */
import { mailCapability, principalsCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { mailboxProperties, presentMailbox, sharedMailboxProperties } from './present.ts'

export const mailboxGet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const usesSharing = call.using.has(principalsCapability)
    const known = usesSharing ? sharedMailboxProperties : mailboxProperties
    const properties = propertiesOf(call.args, known)
    call.args.end()
    const reading = await account.read()
    const byId = new Map(reading.mailboxes.map((mailbox) => [mailbox.id, mailbox]))
    const wanted = ids ?? [...byId.keys()]
    requireFew(wanted.length)
    const list = wanted.flatMap((id) => {
      const mailbox = byId.get(id)
      return mailbox === undefined
        ? []
        : [pick(presentMailbox(reading, mailbox, usesSharing), properties)]
    })
    const notFound = wanted.filter((id) => !byId.has(id))
    return { accountId: account.id, state: reading.state, list, notFound }
  },
}
