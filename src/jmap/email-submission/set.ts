/** EmailSubmission/set: mail is sent, and what follows for its Email. RFC 8621 §7.5. */
import type { Envelope } from '../../delivery/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { addressesOf } from '../email/header-forms.ts'
import { findField, unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { Account } from '../core/account.ts'
import { Arguments, formatUtcDate } from '../core/arguments.ts'
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidArguments, invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { readContent } from '../email/get.ts'
import { emailSet } from '../email/set.ts'
import { identitiesOf } from '../identity/identity.ts'

export const emailSubmissionSet: Method = {
  capability: submissionCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    const onUpdate = args.object('onSuccessUpdateEmail') ?? {}
    const onDestroy = args.stringsOrNull('onSuccessDestroyEmail') ?? []
    /** The Email of each submission that was made or destroyed. */
    const emails = new Map<string, string>()
    const verbs = {
      async create(object: JsonObject) {
        const { id, sentAt, emailId, threadId } = await send(call, account, object)
        emails.set(id, emailId)
        return { id, threadId, sendAt: formatUtcDate(sentAt), undoStatus: 'final' }
      },
      async update(id: string, patch: JsonObject) {
        await requireKnown(account, id)
        // RFC 8621 §7: what is final cannot be taken back.
        if (patch['undoStatus'] === 'canceled') throw new SetRefusal({ type: 'cannotUnsend' })
        const wrong = Object.keys(patch).filter((name) => name !== 'undoStatus')
        if (wrong.length > 0 || patch['undoStatus'] !== 'final')
          throw invalidProperties(...(wrong.length > 0 ? wrong : ['undoStatus']))
        return null
      },
      async destroy(id: string) {
        account.permit('mail.submit')
        emails.set(id, await requireKnown(account, id))
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
    const emailOf = (name: string) => {
      const id = args.resolveId(name)
      return done.has(id) ? emails.get(id) : undefined
    }
    const values = implicitSet(account.id, { onUpdate, onDestroy, emailOf })
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
  readonly emailOf: (name: string) => string | undefined
}

function implicitSet(
  accountId: string,
  { onUpdate, onDestroy, emailOf }: OnSuccess,
): JsonObject | undefined {
  const update: Record<string, Json> = {}
  for (const [name, patch] of Object.entries(onUpdate)) {
    if (!isObject(patch)) throw invalidArguments('onSuccessUpdateEmail is an Id[PatchObject]')
    const emailId = emailOf(name)
    if (emailId !== undefined) update[emailId] = patch
  }
  const destroy = onDestroy.flatMap((name) => emailOf(name) ?? [])
  if (Object.keys(update).length === 0 && destroy.length === 0) return undefined
  return { accountId, update, destroy }
}

/** @returns its Email. */
async function requireKnown(account: Account, id: string): Promise<string> {
  account.permit('mail.read')
  const { submissions } = await account.parts.store.submissions(account.id, 0)
  const facts = submissions.find((each) => each.id === id)?.facts
  if (facts === undefined) throw new SetRefusal({ type: 'notFound' })
  return facts.emailId
}

const settable = ['identityId', 'emailId', 'envelope']

async function send(call: MethodCall, account: Account, object: JsonObject) {
  const wrong = Object.keys(object).filter((name) => !settable.includes(name))
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const { identityId, emailId } = object
  const identity = identitiesOf(account).find(({ id }) => id === identityId)
  if (identity === undefined) throw invalidProperties('identityId')
  const reading = await account.read()
  const email = typeof emailId === 'string' ? reading.find(call.args.resolveId(emailId)) : undefined
  if (email === undefined) throw invalidProperties('emailId')
  await account.recordRead([email], reading)
  const message = await readContent(account, reading, email)
  if (message === undefined) throw invalidProperties('emailId')
  const { mailFrom, recipients } = envelopeOf(object['envelope'] ?? null, identity.email, message)
  await submit(call, { mailFrom, recipients, message })
  const facts = { identityId: identity.id, emailId: email.id, threadId: email.threadId }
  const kept = await account.parts.store.addSubmission(account.id, {
    ...facts,
    mailFrom,
    recipients,
  })
  return { ...kept, emailId: email.id, threadId: email.threadId }
}

interface Sending {
  readonly mailFrom: string
  readonly recipients: readonly string[]
}

/** As given, or of the message: RFC 8621 §7. */
function envelopeOf(value: Json, email: string, message: Buffer): Sending {
  if (value === null) return { mailFrom: email, recipients: recipientsIn(message) }
  if (!isObject(value)) throw invalidProperties('envelope')
  const { mailFrom = null, rcptTo = null } = value
  if (!Array.isArray(rcptTo)) throw invalidProperties('envelope')
  return { mailFrom: addressOf(mailFrom), recipients: [...new Set(rcptTo.map(addressOf))] }
}

function addressOf(value: Json): string {
  if (!isObject(value)) throw invalidProperties('envelope')
  const { email, parameters = null } = value
  // No extension of SMTP is advertised: there are no parameters.
  const hasNone =
    parameters === null || (isObject(parameters) && Object.keys(parameters).length === 0)
  if (typeof email !== 'string' || !hasNone) throw invalidProperties('envelope')
  return email
}

function recipientsIn(message: Buffer): readonly string[] {
  const { fields } = parseMessage(message)
  const found = ['to', 'cc', 'bcc'].flatMap((name) => {
    const field = findField(fields, name)
    return field === undefined ? [] : addressesOf(parseMailboxes(unfoldedValue(message, field)))
  })
  return [...new Set(found.map(({ email }) => email))]
}

async function submit(
  { parts, principal, remoteAddress }: MethodCall,
  { mailFrom, recipients, message }: Sending & { readonly message: Buffer },
): Promise<void> {
  if (recipients.length === 0) throw new SetRefusal({ type: 'noRecipients' })
  const { delivery, recipientsMax } = parts
  if (recipients.length > recipientsMax)
    throw new SetRefusal({ type: 'tooManyRecipients', maxRecipients: recipientsMax })
  try {
    delivery.checkSender(principal, mailFrom)
  } catch (error) {
    if (isRefusal(error)) throw new SetRefusal({ type: 'forbiddenMailFrom' })
    throw error
  }
  // oxlint-disable-next-line no-control-regex -- whether all is ASCII is the question
  const isSmtpUtf8 = ![mailFrom, ...recipients].every((each) => /^[\x00-\x7f]*$/.test(each))
  const envelope: Envelope = { reversePath: mailFrom, isSmtpUtf8, requiresTls: false }
  const wishes = recipients.map((forwardPath) => ({ forwardPath }))
  const invalid: string[] = []
  for (const wish of wishes) {
    try {
      await delivery.checkSubmissionRecipient(principal, envelope, wish)
    } catch (error) {
      if (!isRefusal(error, 'no-such-address') && !isRefusal(error, 'invalid')) throw error
      invalid.push(wish.forwardPath)
    }
  }
  if (invalid.length > 0)
    throw new SetRefusal({ type: 'invalidRecipients', invalidRecipients: invalid })
  const peer = { remoteAddress, heloName: '', protocol: 'JMAP' }
  try {
    await delivery.submit(principal, peer, envelope, wishes, message)
  } catch (error) {
    if (isRefusal(error, 'invalid')) throw new SetRefusal({ type: 'invalidEmail', properties: [] })
    throw error
  }
}
