/**
 * An office at the admin API for who is signed in by a browser and has just said who he is, by whatever factor
 * he has: a passkey too. It rests on what his session rests on, and ends with what he said. ADR 0060.
 */
import type { Audit } from '../../audit/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Directory } from '../../directory/types.ts'
import type { Sessions } from '../sessions.ts'
import { basisOf } from '../tokens/basis.ts'
import type { OpenedToken, Tokens } from '../tokens/tokens.ts'
import type { KnownSession } from './web-sessions.ts'

export interface OfficeParts {
  readonly clock: Clock
  readonly audit: Pick<Audit, 'recordAlone'>
  readonly directory: Pick<Directory, 'person'>
  readonly sessions: Sessions
  readonly offices: Pick<Tokens, 'open'>
}

/** @param until what he said holds. Refusal('not-permitted'): the provider said it, and he himself nothing. */
export async function openOffice(
  { clock, audit, directory, sessions, offices }: OfficeParts,
  { principal: { id }, row }: KnownSession,
  { remoteAddress, until }: { readonly remoteAddress: string; readonly until: Millis },
): Promise<OpenedToken> {
  const { content } = row
  const { departmentId, mechanism, createdAt, confirmedAt = createdAt } = content
  // Who makes tokens at the provider is anybody here; for an office he shows a factor or a password of ours.
  if (mechanism === 'provider' && confirmedAt === createdAt)
    throw new Refusal('not-permitted', { what: 'confirm' })
  const { address = '' } = directory.person(id) ?? {}
  const sessionId = newId(clock)
  const office = { id, departmentId, address, openedAs: undefined, sessionId }
  const said = { outcome: 'success', door: 'admin', mechanism: 'browser' } as const
  const who = { identity: id, principalId: id, sessionId, remoteAddress }
  await audit.recordAlone({ kind: 'sign-in', ...said, ...who })
  sessions.start(office, basisOf({ content, expiresAt: undefined }), { kind: 'office' })
  try {
    return await offices.open(office, remoteAddress, until)
  } finally {
    // The token is the session from now on, on every node.
    sessions.end(office)
  }
}
