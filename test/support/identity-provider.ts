/** A government's identity provider on loopback: npm `oidc-provider`, with accounts that a test names. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export interface ProviderClient {
  readonly id: string
  readonly secret: string
}

export interface FakeGovernment extends AsyncDisposable {
  readonly issuer: string
  /** Once it is known where people are sent back to. */
  serve(redirectUri: string): void
  /** As somebody's browser does: follows it, signs in as `login`, agrees, and is sent back. */
  signIn(url: string, login: string): Promise<string>
}

/** Claims of a login, as the government keeps them. */
export type ClaimsOf = (login: string) => Readonly<Record<string, unknown>>

export async function openIdentityProvider(
  { id, secret }: ProviderClient,
  claimsOf: ClaimsOf,
): Promise<FakeGovernment> {
  let serve: ReturnType<Provider['callback']> | undefined
  const server = createServer((request, response) => {
    if (serve === undefined) response.writeHead(503).end()
    else void serve(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on TCP.
  const issuer = `http://127.0.0.1:${port}`
  return {
    issuer,
    serve: (redirectUri) => {
      const provider = new Provider(issuer, {
        clients: [{ client_id: id, client_secret: secret, redirect_uris: [redirectUri] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        findAccount: (_context, sub) => ({
          accountId: sub,
          claims: async () => ({ sub, ...claimsOf(sub) }),
        }),
        cookies: { keys: ['of this test alone'] },
      })
      serve = provider.callback()
    },
    signIn: (url, login) => signIn(issuer, url, login),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** @returns where the browser is sent in the end, outside the provider. */
async function signIn(issuer: string, url: string, login: string): Promise<string> {
  const jar = new Map<string, string>()
  let at = new URL(url)
  let form: URLSearchParams | undefined
  for (let steps = 0; steps < 20; steps++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    })
    for (const field of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? []
      jar.set(name, value)
    }
    const text = await response.text()
    const to = response.headers.get('location')
    form = undefined
    if (to !== null) {
      at = new URL(to, at)
      if (at.origin !== issuer) return at.href
      continue
    }
    // A form of its own pages: first who he is, then that he agrees.
    const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1]
    if (response.status !== 200 || action === undefined)
      throw new Error(`the identity provider says ${response.status} ${text.slice(0, 300)}`)
    at = new URL(action.replaceAll('&amp;', '&'), at)
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1] ?? 'consent'
    form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'x' } : { prompt })
  }
  throw new Error('the identity provider does not come to an end')
}
