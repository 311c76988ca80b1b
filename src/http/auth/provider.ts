/** `/auth/provider`: somebody signs in at the government's identity provider. OpenID Connect Core 1.0 §3.1. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRefusal } from '../../base/refusal.ts'
import { findCookie } from '../../net/cookies.ts'
import { html } from '../html.ts'
import { stepSeconds } from '../limits.ts'
import { both, makePage, sendPage } from '../page.ts'
import type { AuthParts } from './ports.ts'
import { clientOf, giveSession, originOf } from './request.ts'

/** It comes back from another site: a strict cookie would not be sent. It opens nothing by itself. */
const providerCookie = '__Host-tamar-provider'
const flags = 'Path=/; Secure; HttpOnly; SameSite=Lax'
const callback = '/auth/provider/callback'

export function addProvider(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.get('/auth/options', async () => {
    const provider = web.providerName
    return { provider: provider === undefined ? null : { name: provider, start: '/auth/provider' } }
  })
  if (web.providerName === undefined) return
  auth.get('/auth/provider', async (request, reply) => {
    const redirectUri = originOf(parts, request) + callback
    return orPage(reply, async () => {
      const { token, url } = await web.beginProvider(redirectUri)
      const cookie = `${providerCookie}=${token}; ${flags}; Max-Age=${stepSeconds}`
      return reply.header('set-cookie', cookie).redirect(url, 303)
    })
  })
  auth.get(callback, async (request, reply) => {
    const token = findCookie(request.headers.cookie, providerCookie)
    const answer = request.url.split('?', 2)[1] ?? ''
    return orPage(reply, async () => {
      const opened = await web.signInByProvider(clientOf(request), token ?? '', answer)
      giveSession(reply, opened)
      void reply.header('set-cookie', `${providerCookie}=; ${flags}; Max-Age=0`)
      return reply.redirect('/mail/', 303)
    })
  })
}

async function orPage(
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!isRefusal(error)) throw error
    const isAway = error.code === 'try-again'
    return sendPage(reply, isAway ? 503 : 403, isAway ? awayPage : refusedPage)
  }
}

const title = { en: 'Signing in', zh: '登入' }
const refusedPage = makePage(title, [
  html`<p>
      ${both(
        'You could not be signed in this way. Whoever the identity provider named has no mail here, or the sign-in took too long.',
        '無法以此方式登入。身分提供者所指的人在此沒有郵箱，或登入時間已過。',
      )}
    </p>
    <p><a href="/mail/">${both('To web mail', '前往網頁郵件')}</a></p>`,
])
const awayPage = makePage(title, [
  html`<p>
    ${both(
      'The identity provider does not answer. Try again later.',
      '身分提供者沒有回應，請稍後再試。',
    )}
  </p>`,
])
