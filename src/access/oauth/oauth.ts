/**
 * The authorization server for mail programs: OAuth 2.1 as of its draft, that is RFC 6749 with codes
 * and PKCE alone (RFC 7636), and refresh tokens that are changed at each use (RFC 9700 §4.14).
 */
import { createHash } from 'node:crypto'
import type { Audit } from '../../audit/types.ts'
import type { Clock } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Directory } from '../../directory/types.ts'
import type { Keys } from '../../keys/types.ts'
import { scopes as knownScopes, type Scope } from '../credentials/content.ts'
import type { CredentialMemory, Program } from '../credentials/memory.ts'
import { accessTokenMs, consentMs, oauthCodeMs, refreshTokenMs } from '../limits.ts'
import type { SignIn } from '../sign-in.ts'
import type { Attempt, Principal } from '../types.ts'
import type { CredentialWriting } from '../write/credential-writing.ts'
import { allowProgram, deleteProgram, endProgram } from '../write/allow-program.ts'
import { Steps, type StepParts } from '../web/steps.ts'
import { isRedirectOf, knownPrograms, type KnownProgram } from './programs.ts'
import {
  findOauthToken,
  insertOauthToken,
  isOfProgram,
  spendOauthToken,
  type OauthRow,
  type OauthShelf,
} from './token-rows.ts'
import type { AskedProgram, Oauth, ProgramLine, TokenAnswer } from './types.ts'

type OauthStep =
  | ({ readonly step: 'consent'; readonly personId: string } & AskedProgram)
  | ({
      readonly step: 'code'
      readonly personId: string
      readonly programId: string
    } & AskedProgram)

export interface OauthParts extends OauthShelf, StepParts {
  readonly keys: Keys
  readonly clock: Clock
  readonly audit: Audit
  readonly directory: Directory
  readonly credentials: CredentialMemory
  readonly signIn: SignIn
  readonly refresh: () => Promise<void>
  readonly writingFor: (principal: Principal, remoteAddress: string) => CredentialWriting
}

export function createOauth(parts: OauthParts): Oauth {
  const steps = new Steps<OauthStep>(parts)
  return {
    programs: knownPrograms,
    findProgram: (clientId) => knownPrograms.find(({ id }) => id === clientId),
    isRedirectOf: (program: KnownProgram, uri) => isRedirectOf(program, uri),
    ask: ({ id: personId }, asked) =>
      steps.begin({ ...asked, step: 'consent', personId }, consentMs),
    takeConsent: async ({ id }, ticket) => {
      const taken = await steps.take('consent', ticket)
      return taken?.personId === id ? taken : undefined
    },
    allow: (principal, asked, remoteAddress) =>
      allow(parts, steps, { principal, asked, remoteAddress }),
    changeCode: (given) => changeCode(parts, steps, given),
    changeRefresh: (given) => changeRefresh(parts, given),
    revoke: (token) => revoke(parts, token),
    programsOf: ({ id }) => parts.credentials.programsOf(id).map(lineOf),
    end: async (principal, id, remoteAddress) => {
      const writing = parts.writingFor(principal, remoteAddress)
      const personId = principal.id
      await parts.database.transaction((tx) => endProgram(tx, writing, { personId, id }))
      await parts.refresh()
    },
    signIn: (attempt, mechanism, given) => signInByToken(parts, { attempt, mechanism, ...given }),
  }
}

/** The scopes that are asked for; undefined: one of them is none of ours, or there is none. */
export function parseScopes(text: string): readonly Scope[] | undefined {
  const words = [...new Set(text.split(' ').filter((word) => word !== ''))]
  const found = words.flatMap((word) => knownScopes.filter((scope) => scope === word))
  return found.length === words.length && found.length > 0 ? found : undefined
}

async function allow(
  { database, refresh, writingFor }: OauthParts,
  steps: Steps<OauthStep>,
  given: {
    readonly principal: Principal
    readonly asked: AskedProgram
    readonly remoteAddress: string
  },
): Promise<string> {
  const { principal, asked, remoteAddress } = given
  const { id: personId } = principal
  const { clientId, scopes } = asked
  const writing = writingFor(principal, remoteAddress)
  const programId = await database.transaction((tx) =>
    allowProgram(tx, writing, { personId, clientId, scopes }),
  )
  await refresh()
  return steps.begin({ ...asked, step: 'code', personId, programId }, oauthCodeMs)
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6. Undefined: `invalid_grant`. */
async function changeCode(
  parts: OauthParts,
  steps: Steps<OauthStep>,
  given: {
    readonly code: string
    readonly clientId: string
    readonly redirectUri: string
    readonly verifier: string
  },
): Promise<TokenAnswer | undefined> {
  const asked = await steps.take('code', given.code)
  if (asked === undefined) return undefined
  const challenge = createHash('sha256').update(given.verifier).digest('base64url')
  const isHis =
    asked.clientId === given.clientId &&
    asked.redirectUri === given.redirectUri &&
    asked.challenge === challenge
  const program = parts.credentials.findProgram(asked.programId)
  if (!isHis || program === undefined || !isOpen(parts, program)) return undefined
  return issue(parts, program)
}

/** Shown again after it was changed, it has two holders: nobody can say who is the thief. */
async function changeRefresh(
  parts: OauthParts,
  given: { readonly token: string; readonly clientId: string },
): Promise<TokenAnswer | undefined> {
  const { clock } = parts
  const row = await findOauthToken(parts, 'refresh', given.token)
  const program = row && (await programOf(parts, row))
  if (row === undefined || program === undefined) return undefined
  if (program.content.clientId !== given.clientId) return undefined
  const now = clock.now()
  const isFirst = row.spentAt === null && (await spendOauthToken(parts, row, now))
  if (isFirst) return issue(parts, program)
  await endByPlatform(parts, program, 'refresh-token-shown-twice')
  return undefined
}

async function issue(parts: OauthParts, program: Program): Promise<TokenAnswer> {
  const { clock } = parts
  const now = clock.now()
  const { expiresAt: end, scopes } = program.content
  const expiresAt = Math.min(now + accessTokenMs, end)
  const accessToken = await insertOauthToken(parts, 'access', { program, expiresAt })
  const until = Math.min(now + refreshTokenMs, end)
  const refreshToken = await insertOauthToken(parts, 'refresh', { program, expiresAt: until })
  return { accessToken, refreshToken, expiresInMs: expiresAt - now, scopes }
}

/** RFC 7009 §2.1: with either token all that rests on the same consent ends. */
async function revoke(parts: OauthParts, token: string): Promise<void> {
  const row =
    (await findOauthToken(parts, 'refresh', token)) ??
    (await findOauthToken(parts, 'access', token))
  const program = row && (await programOf(parts, row))
  if (program !== undefined) await endByPlatform(parts, program, undefined)
}

async function endByPlatform(
  parts: OauthParts,
  program: Program,
  alarm: string | undefined,
): Promise<void> {
  const { database, audit, refresh, onOauthAlarm } = parts
  const { id, personId } = program
  try {
    await database.transaction(async (tx) => {
      await deleteProgram(tx, parts, { personId, id })
      await audit.record(tx, {
        kind: 'credential',
        event: 'revoke',
        credential: 'token',
        ofPrincipalId: personId,
        credentialId: id,
      })
    })
  } catch (error) {
    // Another request has just ended it.
    if (!isRefusal(error, 'not-found')) throw error
  }
  if (alarm !== undefined) onOauthAlarm(alarm, id)
  await refresh()
}

async function signInByToken(
  parts: OauthParts,
  given: {
    readonly attempt: Attempt
    readonly mechanism: string
    readonly identity: string
    readonly token: string
  },
): Promise<Principal> {
  const { signIn, directory } = parts
  const { attempt, mechanism, token } = given
  // Before any work is done: who shows wrong ones too often is refused by his network.
  const asked = { authorizeAs: '', isGuessable: false }
  const claim = await signIn.claim(attempt, mechanism, { ...asked, identity: given.identity })
  const row = await findOauthToken(parts, 'access', token)
  const program = row && (await programOf(parts, row))
  const isFor = program?.content.scopes.some((scope) => scope === attempt.door) === true
  if (row === undefined || program === undefined || !isFor) return signIn.fail(claim)
  const owner = directory.person(program.personId)
  const named =
    given.identity === ''
      ? await signIn.claim(attempt, mechanism, { ...asked, identity: owner?.address ?? '' })
      : claim
  if (named.identity.person?.id !== program.personId) return signIn.fail(named)
  const proved = await signIn.prove(named, program)
  // A mail session goes on while its owner lets the program in; requests show a token each.
  return signIn.finish(attempt.door === 'jmap' ? { ...proved, until: row.expiresAt } : proved)
}

/** On what a token rests, as long as the one does and the other. */
async function programOf(parts: OauthParts, row: OauthRow): Promise<Program | undefined> {
  if (parts.clock.now() >= row.expiresAt) return undefined
  const program = parts.credentials.findProgram(row.programId)
  if (program === undefined || !isOpen(parts, program)) return undefined
  return (await isOfProgram(parts, row, program)) ? program : undefined
}

/** Programs stay behind when their owner moves to another department. */
function isOpen({ clock, directory }: OauthParts, program: Program): boolean {
  const { content, departmentId, personId } = program
  const person = directory.person(personId)
  return (
    person?.state === 'active' &&
    person.departmentId === departmentId &&
    clock.now() < content.expiresAt
  )
}

function lineOf({ id, content }: Program): ProgramLine {
  const { clientId, scopes, createdAt, expiresAt } = content
  const name = knownPrograms.find((one) => one.id === clientId)?.name ?? clientId
  return { id, name, scopes, createdAt, expiresAt }
}
