/** EmailSubmission/get, /changes, /query and /queryChanges. RFC 8621 §7.1 to §7.4. */
import type { Submission } from '../../store/submissions/submissions.ts'
import type { Account } from '../core/account.ts'
import { formatUtcDate, isStrings, parseUtcDate } from '../core/arguments.ts'
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { answerChanges, type Change } from '../core/changes.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import type { AccountReading } from '../core/account.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { matches, parseFilter, parseSort, windowAsked, windowOf } from '../core/query.ts'
import { statusesOf, type Statuses } from './delivery-status.ts'

const properties = [
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
]

/** Those who may send as the account read what was sent. Refusal('not-permitted') */
async function readAll(account: Account): Promise<readonly Submission[]> {
  account.permit('mail.read')
  const { submissions } = await account.parts.store.submissions(account.id, 0)
  return submissions.filter(({ facts }) => facts !== undefined)
}

export function presentSubmission(
  { id, sentAt, state, facts }: Submission,
  statuses?: Statuses,
): object {
  const address = (email: string) => ({ email, parameters: null })
  const { mailFrom = '', recipients = [], parameters = null, copies: _, ...more } = facts ?? {}
  return {
    id,
    ...more,
    envelope: { mailFrom: { email: mailFrom, parameters }, rcptTo: recipients.map(address) },
    sendAt: formatUtcDate(sentAt),
    undoStatus: state,
    deliveryStatus: statuses ?? null,
    dsnBlobIds: [],
    mdnBlobIds: [],
  }
}

export const emailSubmissionGet: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const asked = propertiesOf(call.args, properties)
    call.args.end()
    const { state } = await account.read()
    const byId = new Map((await readAll(account)).map((each) => [each.id, each]))
    const wanted = ids ?? [...byId.keys()]
    requireFew(wanted.length)
    const found = wanted.flatMap((id) => byId.get(id) ?? [])
    const wantsStatuses = asked?.has('deliveryStatus') ?? true
    const statuses = wantsStatuses ? await statusesOf(call.parts, found) : undefined
    const list = found.map((each) => pick(presentSubmission(each, statuses?.get(each.id)), asked))
    return { accountId: account.id, state, list, notFound: wanted.filter((id) => !byId.has(id)) }
  },
}

export const emailSubmissionChanges: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    account.permit('mail.read')
    const { page } = await answerChanges(call, await account.read(), findChanges)
    return { accountId: account.id, ...page }
  },
}

async function findChanges({ account }: AccountReading, since: number): Promise<readonly Change[]> {
  const { submissions } = await account.parts.store.submissions(account.id, since)
  return submissions.flatMap(({ id, modSeq, createdModSeq, facts }): readonly Change[] => {
    const isNew = createdModSeq > since
    if (facts === undefined) return isNew ? [] : [{ id, modSeq, kind: 'destroyed' }]
    return [{ id, modSeq, kind: isNew ? 'created' : 'updated' }]
  })
}

const sortable = ['emailId', 'threadId', 'sentAt']

export const emailSubmissionQuery: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const sort = parseSort(call.args, sortable)
    const window = windowAsked(call.args)
    call.args.end()
    const { state } = await account.read()
    const found = (await readAll(account)).filter((each) => matches(filter, (c) => isTrue(each, c)))
    const sorted = found.toSorted((a, b) => {
      for (const { property, isAscending } of sort) {
        const [one, two] = [keyOf(a, property), keyOf(b, property)]
        if (one !== two) return one < two === isAscending ? -1 : 1
      }
      return a.id < b.id ? -1 : 1
    })
    return {
      accountId: account.id,
      queryState: state,
      canCalculateChanges: false,
      ...windowOf(
        sorted.map(({ id }) => id),
        window,
      ),
    }
  },
}

/** RFC 8621 §7.4, RFC 8620 §5.6: what the query says of itself holds. */
export const emailSubmissionQueryChanges: Method = {
  capability: submissionCapability,
  async run(call) {
    accountOf(call)
    throw new MethodError('cannotCalculateChanges')
  },
}

function keyOf({ sentAt, facts }: Submission, property: string): number | string {
  if (property === 'emailId') return facts?.emailId ?? ''
  return property === 'threadId' ? (facts?.threadId ?? '') : sentAt
}

const lists = new Set(['identityIds', 'emailIds', 'threadIds'])

function readCondition(condition: JsonObject): JsonObject {
  for (const [name, value] of Object.entries(condition)) {
    const isRight = lists.has(name)
      ? isStrings(value)
      : name === 'undoStatus'
        ? typeof value === 'string'
        : parseUtcDate(value) !== undefined
    if (!lists.has(name) && !['undoStatus', 'before', 'after'].includes(name))
      throw new MethodError('unsupportedFilter')
    if (!isRight) throw invalidArguments(`The filter ${name} is of the wrong type`)
  }
  return condition
}

function isTrue({ facts, sentAt, state }: Submission, condition: JsonObject): boolean {
  return Object.entries(condition).every(([name, value]) => {
    if (name === 'undoStatus') return value === state
    if (name === 'before') return sentAt < (parseUtcDate(value) ?? 0)
    if (name === 'after') return sentAt >= (parseUtcDate(value) ?? 0)
    const key =
      name === 'emailIds'
        ? facts?.emailId
        : name === 'threadIds'
          ? facts?.threadId
          : facts?.identityId
    return isStrings(value) && key !== undefined && value.includes(key)
  })
}
