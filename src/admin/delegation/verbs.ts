/** Delegations: whom the owner of an account let in, how far and until when. RFC 4314 §2. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { endDelegation } from '../../directory/write/end-delegation.ts'
import { setDelegation } from '../../directory/write/set-delegation.ts'
import { account, changingAccount } from '../account-verb.ts'
import { exampleId, id, millis, millisOrNull, moment, ref, text } from '../fields.ts'
import { ownOrInCare } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { listing, type Verb } from '../verb.ts'

const delegate = ref('The delegate')
const mailboxId = z.uuid('The id of a mailbox is a UUID.').optional()

const list = listing({
  id: 'delegations.list',
  path: '/accounts/{account}/delegations',
  act: ['delegation.read', 'delegation.read-of-another'],
  summary: 'Whom the owner of an account let in. The account is an address, an id, or `me`.',
  input: z.object({ account }),
  item: z.strictObject({
    id,
    person: z.string(),
    /** Null: the whole account. */
    mailboxId: z.string().nullable(),
    /** Letters of RFC 4314, and 0: may send on behalf. */
    rights: z.string(),
    from: millis,
    to: millisOrNull,
  }),
  example: {
    id: exampleId,
    person: 'wong.siu.ming@td.example',
    mailboxId: null,
    rights: 'lrs',
    from: 1_767_225_600_000,
    to: null,
  },
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    return ports.directory.delegationsOf(accountId).map((one) => ({
      id: one.id,
      person: ports.nameOf.person(one.personId),
      mailboxId: one.mailboxId ?? null,
      rights: one.rights,
      from: one.from,
      to: one.to ?? null,
    }))
  },
})

const set = changingAccount({
  id: 'delegations.set',
  method: 'PUT',
  path: 'delegations/{delegate}',
  act: ['delegation.grant', 'delegation.grant-for-another'],
  summary: 'Lets a person into an account, or one mailbox of it, until a date.',
  fields: z.object({
    delegate,
    rights: text('The rights (--rights)'),
    mailboxId,
    to: moment.optional(),
  }),
  change: (ports, accountId, input) => {
    const { mailboxId, rights, to } = input
    const wanted = { accountId, personId: delegateOf(ports, input.delegate), mailboxId, rights, to }
    return (tx) => setDelegation(tx, ports.writing, wanted)
  },
})

const end = changingAccount({
  id: 'delegations.end',
  method: 'DELETE',
  path: 'delegations/{delegate}',
  act: ['delegation.revoke', 'delegation.revoke-for-another'],
  summary: 'Ends a delegation; the sessions that rest on it end with it.',
  fields: z.object({ delegate, mailboxId }),
  change: (ports, accountId, input) => {
    const { mailboxId } = input
    const wanted = { accountId, personId: delegateOf(ports, input.delegate), mailboxId }
    return (tx) => endDelegation(tx, ports.writing, wanted)
  },
})

/** Anybody of the platform: everybody who has a mailbox may look him up. */
function delegateOf({ nameOf }: AdminPorts, wanted: string): string {
  const id = nameOf.anybody(wanted)
  if (id !== undefined) return id
  throw new Refusal('not-found', { field: 'delegate', message: 'Nobody has this address.' })
}

export const delegationVerbs: readonly Verb[] = [list, set, end]
