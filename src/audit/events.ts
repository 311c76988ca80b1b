/**
 * Audit entries: a closed, versioned union, and the schema of stored data. Stored data depends on it:
 * add kinds and optional fields, never rename or remove. An entry that does not match was not
 * written by us. The list covers what HKSARG's IT security guidelines (G3) §14.4 want logged. No
 * entry holds content; the time of an act is its row's.
 */
import { z } from 'zod'

/** Rises when a kind changes its meaning; a reader of old entries looks here first. */
export const entryVersion = 1

const id = z.string()
const text = z.string()
const count = z.int().nonnegative()
const optionalId = z.exactOptional(id)
const optionalText = z.exactOptional(text)

/** What every entry may say: who, in which role, on whose behalf, from where, why, and how it ended. */
const base = {
  /** Who; missing for the platform itself or a stranger at sign-in. */
  principalId: optionalId,
  /** The role he acted in, as `access` names it: `help-desk`, `auditor`, … */
  role: optionalText,
  /** For whom he acted: the owner who delegated, the holder of the post. */
  onBehalfOf: optionalId,
  sessionId: optionalId,
  /** From where. */
  remoteAddress: optionalText,
  /** Why, in his words: shipped sealed to the auditors. */
  reason: optionalText,
  /** The case or ticket the act belongs to; sealed like `reason`. */
  ticket: optionalText,
  /** The approval the act rests on. */
  approvalId: optionalId,
  /** Missing means done: an entry in the act's own transaction exists only when it was. */
  result: z.exactOptional(z.enum(['done', 'refused', 'failed'])),
} as const

function entry<const K extends string, S extends z.core.$ZodLooseShape>(kind: K, fields: S) {
  return z.strictObject({ ...base, kind: z.literal(kind), ...fields }).readonly()
}

const inAccount = { accountId: id, mailboxId: id, uids: z.array(z.number()).readonly() }

export const auditEntrySchema = z.discriminatedUnion('kind', [
  // Beginning and ending: of the platform, of nodes, of numbers.
  entry('founding', {
    founders: z.array(text).readonly(),
    statement: text,
    /** `begun`: the first entry there is. Missing: a statement with signatures. */
    stage: z.exactOptional(z.literal('begun')),
    /** The last entry of each chain when all had signed, as `node number MAC`. */
    heads: z.exactOptional(z.array(text).readonly()),
  }),
  entry('node', { event: z.enum(['start', 'stop']), nodeId: id }),
  /** A number whose act did not happen. `mac` (hex) is what it would have had: the chain goes on. */
  entry('void', { mac: text }),

  // Who came in, and how that ended.
  entry('sign-in', {
    door: text,
    outcome: z.enum(['success', 'failure']),
    mechanism: text,
    /** Identity tried, as a keyed pseudonym when it is nobody's. */
    identity: text,
  }),
  entry('session-ended', {
    ofPrincipalId: id,
    ofSessionId: optionalId,
    cause: z.enum([
      'suspended',
      'left',
      'moved',
      'credential-changed',
      'grant-ended',
      'administrator',
      'expired',
    ]),
    /** How many sessions, when it was all of them. */
    count: z.exactOptional(count),
  }),
  /** Passwords, app passwords, passkeys, tokens: set, reset, revoked, and tries that failed. */
  entry('credential', {
    event: z.enum(['set', 'reset', 'revoke', 'enrol', 'try']),
    credential: z.enum([
      'password',
      'app-password',
      'passkey',
      'second-factor',
      'token',
      /** Of who speaks to the audit process. */
      'certificate',
    ]),
    ofPrincipalId: id,
    credentialId: optionalId,
    /** What it lets him be, where that is of the credential and not of the person. */
    granted: optionalText,
  }),

  // Rights: who may what, since when, by whom.
  entry('role', {
    event: z.enum(['grant', 'revoke', 'expire']),
    toPrincipalId: id,
    /** The role given or taken; `role` is the one he acted in. */
    granted: text,
    /** A department, or missing for all of them. */
    departmentId: optionalId,
    endsAt: z.exactOptional(z.number()),
  }),
  entry('delegation', {
    event: z.enum(['grant', 'change', 'revoke', 'expire']),
    accountId: id,
    mailboxId: optionalId,
    toPrincipalId: id,
    /** RFC 4314 letters. */
    rights: text,
    endsAt: z.exactOptional(z.number()),
  }),
  /** Use of a privilege that is no change of the directory: break glass, operating a node. */
  entry('privilege', {
    /** `break-glass.open`, `node.drain`, `queue.retry`, … */
    act: text,
    objectId: optionalId,
    departmentId: optionalId,
  }),
  entry('refused', {
    act: text,
    objectId: optionalId,
    accountId: optionalId,
    departmentId: optionalId,
    /** The refusal's code. */
    code: optionalText,
  }),

  // Changes of the directory and of what governs the platform.
  entry('administration', {
    /** `person.create`, `post.appoint`, … */
    act: text,
    departmentId: optionalId,
    objectId: id,
    /** Names of fields that changed, never their values. */
    fields: z.array(text).readonly(),
  }),
  entry('policy', {
    event: z.enum(['set', 'approve', 'withdraw']),
    policy: text,
    policyVersion: z.exactOptional(count),
    /** It allows more than the one before. */
    isWeaker: z.boolean(),
    /** Whose; missing for the platform. */
    departmentId: optionalId,
  }),
  entry('audit-policy', {
    event: z.enum(['set', 'ship-to', 'witness', 'disclosure-delay', 'drop-shipped']),
    setting: text,
    value: optionalText,
  }),
  /** Protection switched on or off: a filter, a second factor, sealing to a token. */
  entry('protection', { event: z.enum(['on', 'off']), protection: text, objectId: optionalId }),
  entry('forwarding', {
    event: z.enum(['set', 'remove']),
    accountId: id,
    targetAddress: text,
    isExternal: z.boolean(),
  }),
  entry('hold', {
    event: z.enum(['place', 'change', 'release']),
    holdId: id,
    accountId: optionalId,
  }),
  entry('key', { event: text, keyId: id }),
  entry('backup', {
    /** `drill`: brought back into a database of its own, verified, and thrown away. */
    event: z.enum(['make', 'verify', 'restore', 'drill']),
    /** It takes its time: one entry when it begins, one when it has ended. */
    stage: z.exactOptional(z.enum(['begun', 'ended'])),
    backupId: optionalId,
    count: z.exactOptional(count),
    /** Of a drill: how long it took until people could have worked again, and what it found. */
    durationMs: z.exactOptional(count),
    faults: z.exactOptional(count),
  }),

  // Two people.
  entry('approval', {
    event: z.enum([
      'request',
      'consent',
      'approve',
      'refuse',
      'withdraw',
      'expire',
      'execute',
      'revoke',
      'review',
    ]),
    /** The request; `approvalId` is for acts that rest on one. */
    requestId: id,
    act: text,
    objectId: optionalId,
    accountId: optionalId,
    toPrincipalId: optionalId,
    departmentId: optionalId,
    endsAt: z.exactOptional(z.number()),
    /** Lines of a batch. */
    count: z.exactOptional(count),
  }),

  // Mail of others. Written for who is not the owner; coalesced as `access` says.
  entry('mail-read', inAccount),
  entry('mail-delete', inAccount),
  entry('mail-change', {
    ...inAccount,
    change: z.enum(['append', 'move', 'copy', 'flag', 'restore', 'mailbox']),
    /** Where to, of a move, a copy and a restoration: in the same account. */
    toMailboxId: optionalId,
    /** What was done to the mailbox itself. */
    event: z.exactOptional(z.enum(['create', 'rename', 'delete', 'annotate'])),
  }),
  /** A sender confirmed what rules of the policy were against; `reason` is his. */
  entry('mail-override', { rules: z.array(text).readonly() }),
  entry('mail-send', { accountId: id, as: z.enum(['send-as', 'on-behalf']), messageId: id }),
  entry('examination', {
    event: z.enum(['open', 'export', 'restore', 'close', 'take-over']),
    accountId: id,
    count: z.exactOptional(count),
  }),

  // Looking: at mail, at traces, at the directory, at this very trail.
  entry('search', {
    where: z.enum(['mail', 'recoverable', 'directory', 'mail-log', 'ledger']),
    accountId: optionalId,
    mailboxId: optionalId,
    departmentId: optionalId,
    /** What was looked for; sealed like `reason`. */
    query: optionalText,
    count: z.exactOptional(count),
  }),
  entry('trace', {
    by: z.enum(['id', 'sender', 'recipient', 'time']),
    departmentId: optionalId,
    query: optionalText,
    count: z.exactOptional(count),
  }),
  entry('ledger-read', { ofPrincipalId: optionalId, accountId: id }),
  entry('audit-read', {
    event: z.enum(['list', 'export', 'resolve', 'verify']),
    query: optionalText,
    count: z.exactOptional(count),
  }),

  entry('alarm', {
    what: text,
    table: optionalText,
    rowId: optionalId,
    objectId: optionalId,
    accountId: optionalId,
    count: z.exactOptional(count),
  }),
])

export type AuditEntry = z.infer<typeof auditEntrySchema>
export type EntryKind = AuditEntry['kind']
