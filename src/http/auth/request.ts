/** What is read from a request to `/auth`: who asks, from where, and what. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type {
  OpenedWebSession,
  ShownFactor,
  WebClient,
  WebSession,
} from '../../access/web/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { findCookie } from '../../net/cookies.ts'
import { findSessionToken, formatCookie, sessionCookie } from '../../net/session-cookie.ts'
import { clientName } from './client-name.ts'
import type { AuthParts } from './ports.ts'

/** Between two steps of a sign-in. */
export const stepCookie = '__Host-tamar-step'

export const line = z.string().min(1).max(1_024)
const token = z.string().min(1).max(128)

/** What an authenticator gave; the rest is looked at where it is checked. */
const response = z.looseObject({
  id: z.string().max(2_048),
  rawId: z.string().max(2_048),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
})

export const shownPasskey = z.strictObject({ ceremony: token, response })
export const shownCode = z.strictObject({ code: z.string().min(1).max(64) })
export const newTotp = z.strictObject({ ceremony: token, label: line, code: z.string().max(64) })
export const newPasskey = z.strictObject({ ceremony: token, label: line, response })

/** Refusal('bad-credentials') */
export async function sessionOf(
  { web }: Pick<AuthParts, 'web'>,
  request: FastifyRequest,
): Promise<WebSession> {
  return web.find(sessionTokenOf(request), request.headers['x-tamar-background'] !== '1')
}

/** Refusal('bad-credentials') */
export function sessionTokenOf({ headers }: FastifyRequest): string {
  const token = findSessionToken(headers.cookie)
  if (token === undefined) throw new Refusal('bad-credentials')
  return token
}

export function findStepToken({ headers }: FastifyRequest): string | undefined {
  return findCookie(headers.cookie, stepCookie)
}

/** Refusal('bad-credentials') */
export function stepTokenOf(request: FastifyRequest): string {
  const token = findStepToken(request)
  if (token === undefined) throw new Refusal('bad-credentials')
  return token
}

export function clientOf(request: FastifyRequest): WebClient {
  return { remoteAddress: request.ip, client: clientName(request.headers['user-agent']) }
}

/** Where the page is that asks: under one of our names, at the port it asked. */
export function originOf({ names }: Pick<AuthParts, 'names'>, { host }: FastifyRequest): string {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  // Nothing is signed for the name it was given instead.
  return `https://${names.includes(name) ? host.toLowerCase() : names[0]}`
}

export function passkeyShown(
  parts: Pick<AuthParts, 'names'>,
  request: FastifyRequest,
): Extract<ShownFactor, { method: 'passkey' }> {
  const { ceremony, response } = parse(shownPasskey, request.body)
  return { method: 'passkey', ceremony, origin: originOf(parts, request), response }
}

export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new Refusal('invalid', { field: parsed.error.issues[0]?.path.join('.') ?? '' })
  return parsed.data
}

/** The cookie of a session that was just opened; the one of the steps is over. */
export function giveSession(reply: FastifyReply, { token, session }: OpenedWebSession): object {
  void reply.header('set-cookie', [
    formatCookie(sessionCookie, token),
    formatCookie(stepCookie, '', 0),
  ])
  return viewOf(session)
}

export function viewOf(session: WebSession): Omit<WebSession, 'principal'> {
  const { person, signedInAt, expiresAt, idleUntil, hasSecondFactor, confirmedUntil } = session
  return { person, signedInAt, expiresAt, idleUntil, hasSecondFactor, confirmedUntil }
}
