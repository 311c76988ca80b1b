/**
 * Mail that the policy set aside: its owner, or the holder of the post, sees what it is and asks for it;
 * an administrator sees by which rule and when, never who wrote it or what about, and lets it go or not.
 */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { done, exampleId, id, millis, millisOrNull } from '../fields.ts'
import { notFound } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import type { HeldMessage } from './port.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const held = z.uuid('What was set aside has a number, a UUID: see tamar held list.')

/** What is shown to both. */
const common = {
  id,
  /** The account’s. */
  address: z.string(),
  /** The rule that set it aside, and in plain words. */
  rule: z.string(),
  about: z.string(),
  octets: z.int(),
  heldAt: millis,
  expiresAt: millis,
  /** A virus is in it: nobody gets it. */
  isDangerous: z.boolean(),
}
const commonExample = {
  id: exampleId,
  address: 'chan@td.example',
  rule: 'dmarc-quarantine',
  about: 'The author’s domain does not stand behind it and asks for such mail to be set aside.',
  octets: 4_096,
  heldAt: 1_767_225_600_000,
  expiresAt: 1_768_435_200_000,
  isDangerous: false,
}

const list = listing({
  id: 'held.list',
  path: '/held',
  act: 'held.request',
  summary: 'What was set aside of one’s own mail and of posts that one holds, the oldest first.',
  input: z.object({}),
  item: z.strictObject({
    ...common,
    from: z.string(),
    subject: z.string(),
    requestedAt: millisOrNull,
  }),
  example: {
    ...commonExample,
    from: 'Zoe <zoe@example.org>',
    subject: 'The plans',
    requestedAt: null,
  },
  run: async (ports) =>
    (await waitingFor(ports)).map((message) => {
      const { from, subject, request } = message
      return { ...commonOf(message), from, subject, requestedAt: request?.at ?? null }
    }),
})

const request = changing({
  id: 'held.request',
  path: '/held/{held}/request',
  act: 'held.request',
  summary: 'The owner asks for what was set aside; an administrator decides.',
  input: z.object({ held }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const { writing, audit, heldMail, caller } = ports
    const objectId = input.held.toLowerCase()
    const message = (await waitingFor(ports)).find((one) => one.id === objectId)
    if (message === undefined || caller.personId === undefined) throw nothing()
    if (message.isDangerous) throw dangerous()
    const { accountId, departmentId } = message
    const by = caller.personId
    await write(ports, async (tx) => {
      const object = { accountId, departmentId, objectId }
      const granted = await writing.requireGrant(tx, { act: 'held.request', object, input: {} })
      if (!(await heldMail.request(tx, objectId, by))) throw askedAlready()
      const about = { act: 'held.request', departmentId, objectId, fields: ['requested'] } as const
      await audit.record(tx, { kind: 'administration', ...about, ...writing.actor, ...granted })
    })
    return {}
  },
})

const requested = listing({
  id: 'held.requested',
  path: '/held-requests',
  act: 'held.release',
  summary: 'What owners of the caller’s departments asked for, the longest ago first.',
  input: z.object({}),
  item: z.strictObject({
    ...common,
    /** For a trace. */
    messageId: z.string(),
    requestedAt: millis,
    requestedBy: z.string(),
  }),
  example: {
    ...commonExample,
    messageId: exampleId,
    requestedAt: 1_767_229_200_000,
    requestedBy: 'chan@td.example',
  },
  run: async (ports) =>
    (await requestedInCare(ports)).flatMap((message) => {
      const { messageId, request: asked } = message
      if (asked === undefined) return []
      const requestedBy = ports.nameOf.anything(asked.by) ?? ''
      return [{ ...commonOf(message), messageId, requestedAt: asked.at, requestedBy }]
    }),
})

const release = deciding('let-go', {
  id: 'held.release',
  path: '/held-requests/{held}/release',
  summary: 'It goes to its owner, who asked for it.',
})

const refuse = deciding('refuse', {
  id: 'held.refuse',
  path: '/held-requests/{held}/refusal',
  summary: 'It does not, and is destroyed; its owner is told with the next digest.',
})

function deciding(
  decision: 'let-go' | 'refuse',
  words: { readonly id: string; readonly path: string; readonly summary: string },
): Verb {
  return changing({
    ...words,
    act: 'held.release',
    input: z.object({ held }),
    output: done,
    example: {},
    run: async (ports, input) => {
      await decide(ports, input.held.toLowerCase(), decision)
      return {}
    },
  })
}

/** The entry says who decided, and `onBehalfOf` whom it was done for: who asked. */
async function decide(ports: AdminPorts, objectId: string, decision: 'let-go' | 'refuse') {
  const { writing, audit, heldMail, caller } = ports
  const message = (await requestedInCare(ports)).find((one) => one.id === objectId)
  if (message?.request === undefined) throw notFound('held', notAsked)
  const { accountId, departmentId, isDangerous } = message
  const onBehalfOf = message.request.by
  if (onBehalfOf === caller.personId) throw hisOwn()
  if (isDangerous && decision === 'let-go') throw dangerous()
  const act = 'held.release'
  await write(ports, async (tx) => {
    const object = { accountId, departmentId, objectId }
    const granted = await writing.requireGrant(tx, { act, object, input: { decision } })
    await (decision === 'let-go' ? heldMail.letGo(tx, objectId) : heldMail.refuse(tx, objectId))
    const about = { act, departmentId, objectId, onBehalfOf, fields: [decision] } as const
    await audit.record(tx, { kind: 'administration', ...about, ...writing.actor, ...granted })
  })
}

function commonOf(message: HeldMessage) {
  const {
    id: heldId,
    address,
    reason: rule,
    about,
    octets,
    heldAt,
    expiresAt,
    isDangerous,
  } = message
  return { id: heldId, address, rule, about, octets, heldAt, expiresAt, isDangerous }
}

/** His own account, and those of the posts he holds. */
async function waitingFor(ports: AdminPorts): Promise<readonly HeldMessage[]> {
  const { caller, directory, heldPosts, heldMail } = ports
  const own = caller.personId === undefined ? undefined : directory.person(caller.personId)
  const accounts = [...heldPosts(), ...(own === undefined ? [] : [own])]
  return heldMail.waitingFor(accounts.map(({ accountId }) => accountId))
}

async function requestedInCare(ports: AdminPorts): Promise<readonly HeldMessage[]> {
  return (await ports.heldMail.requested()).filter(({ address }) => ports.isInCare(address))
}

const notAsked = 'Nobody in your care asked for anything of this number: see tamar held requests.'

function nothing(): Refusal {
  return notFound('held', 'Nothing of this number is set aside for you: see tamar held list.')
}

function dangerous(): Refusal {
  const message = 'The virus scanner knows what is in it: nobody gets it.'
  return new Refusal('malware', { field: 'held', message })
}

function askedAlready(): Refusal {
  const message = 'It was asked for already; an administrator decides.'
  return new Refusal('already-exists', { field: 'held', message })
}

function hisOwn(): Refusal {
  const message = 'You asked for it yourself: somebody else decides.'
  return new Refusal('not-permitted', { field: 'held', message })
}

export const heldVerbs: readonly Verb[] = [list, request, requested, release, refuse]
