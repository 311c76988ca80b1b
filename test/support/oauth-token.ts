/** A program of this machine is let in by a person, as a browser would do it for him. RFC 6749, RFC 7636, RFC 8252. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { Person } from './platform.ts'

/** @returns an access token. */
export async function tokenByOAuth(origin: string, person: Person, scope: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url')
  const redirect = { client_id: 'desktop', redirect_uri: 'http://127.0.0.1:4712/' }
  const query = new URLSearchParams({
    ...redirect,
    response_type: 'code',
    scope,
    state: 'day',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const form = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(new URL(path, origin), {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields),
    })
  const { address, password } = person
  const signedIn = await form('/oauth/sign-in', { query, address, password })
  assert.equal(signedIn.status, 303, await signedIn.text())
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const consent = await fetch(new URL(`/oauth/authorize?${query}`, origin), { headers: { cookie } })
  const ticket = /name="ticket" value="([\w-]+)"/.exec(await consent.text())?.[1] ?? ''
  const allowed = await form('/oauth/consent', { ticket, answer: 'yes' }, cookie)
  await allowed.text()
  const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const answer = await form('/oauth/token', {
    ...redirect,
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
  })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text).access_token
}
