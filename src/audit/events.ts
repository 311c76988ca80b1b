/**
 * The schema of stored audit entries. Stored data depends on it: add kinds and optional fields, never
 * rename or remove. An entry that does not match was not written by us.
 */
import { z } from 'zod'
import type { AuditEntry } from './types.ts'

const base = {
  principalId: z.exactOptional(z.string()),
  sessionId: z.exactOptional(z.string()),
  remoteAddress: z.exactOptional(z.string()),
  reason: z.exactOptional(z.string()),
}

export const auditEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('founding'),
    founders: z.array(z.string()),
    statement: z.string(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('sign-in'),
    door: z.string(),
    outcome: z.enum(['success', 'failure']),
    mechanism: z.string(),
    identity: z.string(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('mail-read'),
    accountId: z.string(),
    mailboxId: z.string(),
    uids: z.array(z.number()),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('administration'),
    act: z.string(),
    departmentId: z.exactOptional(z.string()),
    objectId: z.string(),
    fields: z.array(z.string()),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('refused'),
    act: z.string(),
    objectId: z.exactOptional(z.string()),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('alarm'),
    what: z.string(),
    table: z.exactOptional(z.string()),
    rowId: z.exactOptional(z.string()),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('node'),
    event: z.enum(['start', 'stop']),
    nodeId: z.string(),
  }),
  z.strictObject({ ...base, kind: z.literal('key'), event: z.string(), keyId: z.string() }),
  z.strictObject({ ...base, kind: z.literal('void'), mac: z.string() }),
]) satisfies z.ZodType<AuditEntry>
