/** `/oauth/authorize`: a person signs in, hears what a program wants, and says yes or no. RFC 6749 §4.1. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseScopes } from '../../access/oauth/oauth.ts'
import type { KnownProgram } from '../../access/oauth/programs.ts'
import type { AskedProgram } from '../../access/oauth/types.ts'
import type { SignInStep } from '../../access/web/types.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { isSameOrigin } from '../../net/own-page.ts'
import { findSessionToken, formatCookie } from '../../net/session-cookie.ts'
import {
  clientOf,
  findStepToken,
  giveSession,
  originOf,
  sessionTokenOf,
  stepCookie,
} from '../auth/request.ts'
import { stepSeconds } from '../limits.ts'
import { sendPage } from '../page.ts'
import { contentPolicy } from '../security-headers.ts'
import { fieldsOf } from './fields.ts'
import {
  makeCodePage,
  makeConfirmPage,
  makeConsentPage,
  makeFaultPage,
  makeRefusedPage,
  makeSignInPage,
  type OauthFault,
} from './pages.ts'
import type { AuthParts } from '../auth/ports.ts'

const text = z.string().max(2_048)
const signInForm = z.object({ query: text, address: text, password: text })
const codeForm = z.object({ query: text, code: z.string().max(64) })
const confirmForm = z.object({
  query: text,
  code: z.string().max(64).optional(),
  password: text.optional(),
})
const consentForm = z.object({ ticket: z.string().max(128), answer: z.enum(['yes', 'no']) })

export function addAuthorize(app: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  app.get('/oauth/authorize', async (request, reply) => {
    const query = request.url.split('?', 2)[1] ?? ''
    return authorize(parts, { request, reply, query })
  })
  app.post('/oauth/sign-in', async (request, reply) => {
    const { query, address, password } = read(signInForm, request)
    const { program } = parse(parts, query)
    if (program === undefined) return sendPage(reply, 400, makeRefusedPage())
    return orFault(
      async () => goOn(reply, query, await web.signIn(clientOf(request), address, password)),
      (fault) => sendPage(reply, 422, makeSignInPage(program.name, query, fault)),
    )
  })
  app.post('/oauth/second-factor', async (request, reply) => {
    const { query, code } = read(codeForm, request)
    const token = findStepToken(request)
    if (token === undefined) return sendPage(reply, 422, makeFaultPage('over'))
    const shown = { method: methodOf(code), code } as const
    return orFault(
      async () => goOn(reply, query, await web.showFactor(clientOf(request), token, shown)),
      (fault) => sendPage(reply, 422, makeFaultPage(fault === 'wrong' ? 'over' : fault)),
    )
  })
  app.post('/oauth/confirm', async (request, reply) => {
    const { query, code, password = '' } = read(confirmForm, request)
    const shown =
      code === undefined
        ? ({ method: 'password', password } as const)
        : ({ method: methodOf(code), code } as const)
    return orFault(
      async () => {
        await web.confirm(sessionTokenOf(request), clientOf(request), shown)
        return backTo(reply, query)
      },
      (fault) => sendPage(reply, 422, makeConfirmPage(query, code !== undefined, fault)),
    )
  })
  app.post('/oauth/consent', async (request, reply) => {
    const { ticket, answer } = read(consentForm, request)
    return decide(parts, { request, reply, ticket, isYes: answer === 'yes' })
  })
}

interface Asking {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly query: string
}

async function authorize(parts: AuthParts, asking: Asking): Promise<FastifyReply> {
  const { web, oauth, clock } = parts
  const { request, reply, query } = asking
  const { program, redirectUri, state, asked } = parse(parts, query)
  // To an address that is not the program's nothing is sent, not even a fault: RFC 6749 §4.1.2.1.
  if (program === undefined || redirectUri === undefined)
    return sendPage(reply, 400, makeRefusedPage())
  if (typeof asked === 'string')
    return sendBack(parts, { request, reply, redirectUri, answer: { error: asked, state } })
  const token = findSessionToken(request.headers.cookie)
  const session = token === undefined ? undefined : await orUndefined(web.find(token, true))
  if (session === undefined) return sendPage(reply, 200, makeSignInPage(program.name, query))
  // What is allowed here outlives the session: he says it at the keyboard, now.
  if (clock.now() >= session.confirmedUntil)
    return sendPage(reply, 200, makeConfirmPage(query, session.hasSecondFactor))
  const ticket = await oauth.ask(session.principal, asked)
  const { address } = session.person
  // The form's answer leads to the program: a browser asks the page whether it may.
  void reply.header('content-security-policy', contentPolicy([targetOf(redirectUri)]))
  const { scopes } = asked
  return sendPage(reply, 200, makeConsentPage({ program: program.name, address, scopes, ticket }))
}

/** As a policy names it: an origin, or the scheme of a program's own. */
function targetOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri)
  return origin === 'null' ? protocol : origin
}

async function decide(
  parts: AuthParts,
  given: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly ticket: string
    readonly isYes: boolean
  },
): Promise<FastifyReply> {
  const { web, oauth } = parts
  const { request, reply, ticket, isYes } = given
  const session = await orUndefined(web.find(sessionTokenOf(request), true))
  const asked = session && (await oauth.takeConsent(session.principal, ticket))
  if (session === undefined || asked === undefined)
    return sendPage(reply, 422, makeFaultPage('over'))
  const { redirectUri, state } = asked
  if (!isYes)
    return sendBack(parts, {
      request,
      reply,
      redirectUri,
      answer: { error: 'access_denied', state },
    })
  const code = await oauth.allow(session.principal, asked, request.ip)
  return sendBack(parts, { request, reply, redirectUri, answer: { code, state } })
}

interface Parsed {
  /** Undefined: a program nobody knows. */
  readonly program: KnownProgram | undefined
  /** Undefined: it is not the program's. */
  readonly redirectUri: string | undefined
  readonly state: string | undefined
  /** What is asked for, or RFC 6749 §4.1.2.1 why not. */
  readonly asked: AskedProgram | string
}

function parse({ oauth }: AuthParts, query: string): Parsed {
  const fields = fieldsOf(new URLSearchParams(query.slice(0, 4_096)))
  const { client_id: clientId = '', redirect_uri: given = '', state } = fields
  const program = oauth.findProgram(clientId)
  const redirectUri =
    program !== undefined && oauth.isRedirectOf(program, given) ? given : undefined
  const found = { program, redirectUri, state }
  const scopes = parseScopes(fields['scope'] ?? '')
  const challenge = fields['code_challenge'] ?? ''
  if (fields['response_type'] !== 'code') return { ...found, asked: 'unsupported_response_type' }
  // RFC 7636 §4.2; plain is no protection.
  const isProtected = fields['code_challenge_method'] === 'S256' && /^[\w-]{43}$/.test(challenge)
  if (!isProtected || (state?.length ?? 0) > 1_024) return { ...found, asked: 'invalid_request' }
  if (scopes === undefined) return { ...found, asked: 'invalid_scope' }
  return { ...found, asked: { clientId, redirectUri: given, scopes, state, challenge } }
}

function goOn(reply: FastifyReply, query: string, step: SignInStep): FastifyReply {
  if (step.kind === 'session') {
    giveSession(reply, step)
    return backTo(reply, query)
  }
  const { token } = step
  void reply.header(
    'set-cookie',
    token === undefined
      ? formatCookie(stepCookie, '', 0)
      : formatCookie(stepCookie, token, stepSeconds),
  )
  // Adding one takes a page with script, and time to keep the recovery codes.
  if (step.kind === 'add-factor') return sendPage(reply, 200, makeFaultPage('no-factor'))
  if (token === undefined) return sendPage(reply, 422, makeFaultPage('over'))
  const fault = step.kind === 'wrong' ? 'wrong' : undefined
  return sendPage(reply, fault ? 422 : 200, makeCodePage('/oauth/second-factor', query, fault))
}

function backTo(reply: FastifyReply, query: string): FastifyReply {
  return reply.redirect(`/oauth/authorize?${query}`, 303)
}

/** RFC 9207 §2: with the name of who answers. */
function sendBack(
  parts: AuthParts,
  given: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly redirectUri: string
    readonly answer: Readonly<Record<string, string | undefined>>
  },
): FastifyReply {
  const { request, reply, redirectUri, answer } = given
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...answer, iss: originOf(parts, request) }))
    if (value !== undefined) url.searchParams.set(name, value)
  return reply.redirect(url.href, 303)
}

/** A form of ours: another site's carries no cookie, and the browser says where it is from. */
function read<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  if (!isSameOrigin(request.headers)) throw new Refusal('not-permitted')
  const parsed = schema.safeParse(request.body)
  if (!parsed.success) throw new Refusal('invalid')
  return parsed.data
}

/** Six digits are of a phone; recovery codes have letters. */
function methodOf(code: string): 'totp' | 'recovery' {
  return /^[\d\s]+$/.test(code) ? 'totp' : 'recovery'
}

async function orFault(
  work: () => Promise<FastifyReply>,
  onFault: (fault: OauthFault) => FastifyReply,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error, 'throttled')) return onFault('throttled')
    if (isRefusal(error, 'bad-credentials') || isRefusal(error, 'suspended'))
      return onFault('wrong')
    throw error
  }
}

async function orUndefined<T>(finding: Promise<T>): Promise<T | undefined> {
  try {
    return await finding
  } catch (error) {
    if (isRefusal(error, 'bad-credentials')) return undefined
    throw error
  }
}
