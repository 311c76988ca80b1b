/** What answers for a message at other systems: a signature where it is ours, our seal where it passes. */
import type { Context } from './accept.ts'
import { domainOf } from './address.ts'
import type { DeliveryParts } from './ports.ts'

/** What a user of ours wrote is signed; what a list or an account of ours hands on is sealed. */
export async function signOutgoing(
  { sign, trust }: DeliveryParts,
  { message, plan, submitter, found }: Context,
): Promise<Buffer> {
  const [relay] = plan.relays
  if (relay === undefined) return message
  let fields = ''
  if (submitter !== undefined) fields = (await sign?.(submitter.domain, message)) ?? ''
  else if (found !== undefined) {
    const by = relay.redirectedBy?.at(-1) ?? relay.list
    if (by !== undefined) fields = (await trust?.seal?.(domainOf(by.address), message, found)) ?? ''
  }
  return fields === '' ? message : Buffer.concat([Buffer.from(fields), message])
}
