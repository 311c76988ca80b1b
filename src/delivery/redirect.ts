/**
 * Where the mail of an account is sent on to, as well as into its mailbox. Pure. RFC 5321 §3.9.1.
 *
 * To an address of ours the reverse-path stays the sender's, and nobody is told when that copy fails
 * (RFC 3461 §4.1): the message is in the mailbox it was sent to. Out of the government the reverse-path is
 * the account's own address: the other side sees a server that may use it, a failure comes to whose
 * redirect it is, and the sender learns no private address. Reports have no reverse-path and never go
 * out. The message itself is not touched, so that its author's signature holds (RFC 6376 §3.7).
 */
import type { Millis } from '../base/clock.ts'
import { domainOf } from './address.ts'
import type { MessageFacts } from './facts.ts'
import { redirectsInRowMax } from './limits.ts'
import type { Relay, Target } from './plan.ts'
import type { DirectoryPort } from './ports.ts'

export interface SendingOn {
  readonly directory: DirectoryPort
  /** Undefined before DATA: then nothing is sent on. */
  readonly facts: MessageFacts | undefined
  readonly now: Millis
}

export interface SentOn {
  readonly targets: readonly Target[]
  readonly relays: readonly Relay[]
}

const nothing: SentOn = { targets: [], relays: [] }

export function sendOn({ directory, facts, now }: SendingOn, from: Target): SentOn {
  const { redirectedBy: before = [], address, departmentId, reversePath, list } = from
  if (facts === undefined || before.length >= redirectsInRowMax) return nothing
  const redirects = directory.redirectsInForce(from.accountId, now)
  if (redirects.length === 0) return nothing
  const redirectedBy = [...before, { address, departmentId }]
  const targets: Target[] = []
  const relays: Relay[] = []
  for (const { target, isExternal } of redirects) {
    const destination = directory.findAddress(target)
    if (destination?.kind === 'account') {
      const hasBeenThere = facts.deliveredTo.has(destination.address.toLowerCase())
      // Who cannot have it is left out: it is in the mailbox that it was sent to.
      if (hasBeenThere || destination.isSuspended) continue
      const wish = { forwardPath: destination.address, notify: ['never'] } as const
      targets.push({ ...destination, tag: undefined, wish, reversePath, list, redirectedBy })
    } else if (isExternal && reversePath !== '' && !directory.isInternalDomain(domainOf(target))) {
      const wish = { forwardPath: target, notify: ['failure'] } as const
      relays.push({ wish, reversePath: address, list: undefined, redirectedBy })
    }
  }
  return { targets, relays }
}
