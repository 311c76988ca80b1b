/** EmailSubmission/set: mail is sent, and what follows for its Email. RFC 8621 §7.5. */
import { isDeepStrictEqual } from 'node:util'
import type { Submission } from '../../store/submissions/submissions.ts'
import type { Account } from '../core/account.ts'
import { Arguments } from '../core/arguments.ts'
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidArguments, invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { emailSet } from '../email/set.ts'
import { statusesOf } from './delivery-status.ts'
import { presentSubmission } from './read.ts'
import { send } from './send.ts'

export const emailSubmissionSet: Method = {
  capability: submissionCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    account.requireWritable()
    const onUpdate = args.object('onSuccessUpdateEmail') ?? {}
    const onDestroy = args.stringsOrNull('onSuccessDestroyEmail') ?? []
    // Before anything is sent: an error of the method changes nothing (RFC 8620 §3.6.2).
    if (!Object.values(onUpdate).every(isObject))
      throw invalidArguments('onSuccessUpdateEmail is an Id[PatchObject]')
    /** The Email of each submission that was made, changed or destroyed. */
    const emails = new Map<string, string>()
    const verbs = {
      async create(object: JsonObject) {
        const { id, emailId, ...made } = await send(call, account, object)
        emails.set(id, emailId)
        return { id, ...made }
      },
      async update(id: string, patch: JsonObject) {
        account.permit('mail.submit')
        emails.set(id, await undo(account, await findKnown(account, id), patch))
        return null
      },
      async destroy(id: string) {
        account.permit('mail.submit')
        emails.set(id, emailOf(await findKnown(account, id)))
        await account.parts.store.destroySubmission(account.id, id)
      },
    }
    const stateOf = async () => (await account.read()).state
    const answer = await call.turns.run(`${account.id} submission`, () =>
      answerSet(call, { accountId: account.id, stateOf, verbs }),
    )
    const done = new Set([
      ...Object.values(answer.created ?? {}).map(({ id }) => id),
      ...Object.keys(answer.updated ?? {}),
      ...(answer.destroyed ?? []),
    ])
    const emailDone = (name: string) => {
      const id = args.resolveId(name)
      return done.has(id) ? emails.get(id) : undefined
    }
    const values = implicitSet(account.id, { onUpdate, onDestroy, emailDone })
    if (values === undefined) return answer
    const implicit = new Arguments(values, (id) => call.createdIds.get(id))
    return [
      ['EmailSubmission/set', answer],
      ['Email/set', await emailSet.run({ ...call, args: implicit })],
    ] as readonly (readonly [string, object])[] // Email/set alone never answers with several.
  },
}

interface OnSuccess {
  readonly onUpdate: JsonObject
  readonly onDestroy: readonly string[]
  readonly emailDone: (name: string) => string | undefined
}

function implicitSet(
  accountId: string,
  { onUpdate, onDestroy, emailDone }: OnSuccess,
): JsonObject | undefined {
  const update: Record<string, Json> = {}
  for (const [name, patch] of Object.entries(onUpdate)) {
    const emailId = emailDone(name)
    if (emailId !== undefined) update[emailId] = patch
  }
  const destroy = onDestroy.flatMap((name) => emailDone(name) ?? [])
  if (Object.keys(update).length === 0 && destroy.length === 0) return undefined
  return { accountId, update, destroy }
}

async function findKnown(account: Account, id: string): Promise<Submission> {
  account.permit('mail.read')
  const { submissions } = await account.parts.store.submissions(account.id, 0)
  const found = submissions.find((each) => each.id === id)
  if (found?.facts === undefined) throw new SetRefusal({ type: 'notFound' })
  return found
}

const emailOf = ({ facts }: Submission) => facts?.emailId ?? ''

/** RFC 8621 §7.5: what waits can be taken back, and nothing else of it changed. @returns its Email. */
async function undo(account: Account, known: Submission, patch: JsonObject): Promise<string> {
  const statuses = (await statusesOf(account.parts, [known])).get(known.id)
  const shown: Readonly<Record<string, unknown>> = { ...presentSubmission(known, statuses) }
  // RFC 8620 §5.3: what cannot be changed may be said again as it is.
  const wrong = Object.entries(patch)
    .filter(([name, value]) => name !== 'undoStatus' && !isDeepStrictEqual(shown[name], value))
    .map(([name]) => name)
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const { undoStatus = known.state } = patch
  if (undoStatus === known.state) return emailOf(known)
  if (undoStatus !== 'canceled') throw invalidProperties('undoStatus')
  const isTaken = await account.parts.store.cancelSubmission(account.id, known.id)
  if (!isTaken) throw new SetRefusal({ type: 'cannotUnsend' })
  return emailOf(known)
}
