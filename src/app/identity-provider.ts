/**
 * The government's identity provider, by OpenID Connect Core 1.0 §3.1: somebody signs in there, and
 * a claim says which of our people he is. Codes with PKCE (RFC 7636); checked by `openid-client`.
 */
import { readFileSync } from 'node:fs'
import type { Configuration } from 'openid-client'
import type { IdentityProvider, ProviderStep } from '../access/web/types.ts'
import { secondMs } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { ProviderConfig } from './config.ts'
import { StartFault } from './start-fault.ts'

const timeoutSeconds = 10
/** Who changes his keys is asked again by the library; what he offers, after this. */
const discoveredForMs = 3_600 * secondMs

/** Loaded when somebody signs in this way. */
const library = () => import('openid-client')

export function createIdentityProvider(config: ProviderConfig): IdentityProvider {
  const secret = readSecret(config.clientSecretFile)
  let known: { readonly configuration: Promise<Configuration>; readonly at: number } | undefined
  /** Nothing is asked before somebody needs it: a provider that is away stops no node. */
  const configuration = async (): Promise<Configuration> => {
    const now = performance.now()
    if (known === undefined || now > known.at + discoveredForMs)
      known = { configuration: discover(config, secret), at: now }
    try {
      return await known.configuration
    } catch (error) {
      known = undefined
      throw error
    }
  }
  return {
    name: config.name,
    begin: (redirectUri) => begin(configuration, redirectUri),
    finish: (answer, step) => finish(configuration, config, answer, step),
  }
}

async function discover(config: ProviderConfig, secret: string): Promise<Configuration> {
  const { allowInsecureRequests, discovery } = await library()
  const { issuer, clientId } = config
  const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : []
  const options = { execute, timeout: timeoutSeconds }
  return orAway(discovery(new URL(issuer), clientId, secret, undefined, options))
}

async function begin(
  configuration: () => Promise<Configuration>,
  redirectUri: string,
): Promise<{ readonly url: string; readonly step: ProviderStep }> {
  const client = await library()
  const config = await configuration()
  const verifier = client.randomPKCECodeVerifier()
  const step = { state: client.randomState(), nonce: client.randomNonce(), verifier, redirectUri }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: step.state,
    nonce: step.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, step }
}

/** Undefined: it is not what was asked for, or says nothing that names somebody. */
async function finish(
  configuration: () => Promise<Configuration>,
  { claim }: ProviderConfig,
  answer: string,
  { state, nonce, verifier, redirectUri }: ProviderStep,
): Promise<string | undefined> {
  const client = await library()
  const config = await configuration()
  const url = new URL(redirectUri)
  url.search = answer
  try {
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier }
    const tokens = await client.authorizationCodeGrant(config, url, {
      ...checks,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) return undefined
    const said =
      claims[claim] === undefined
        ? await asked(client, config, tokens.access_token, claims.sub)
        : claims
    const named = said[claim]
    // An address that its provider has not looked at is anybody's.
    if (claim === 'email' && said['email_verified'] === false) return undefined
    return typeof named === 'string' ? named : undefined
  } catch (error) {
    if (isAway(error))
      throw new Refusal('try-again', { what: 'identity provider' }, { cause: error })
    if (!(error instanceof Error)) throw error
    return undefined
  }
}

type Library = Awaited<ReturnType<typeof library>>
type Claims = Readonly<Record<string, unknown>>

/** Where the token that says who it is does not say that. */
async function asked(
  client: Library,
  config: Configuration,
  token: string,
  subject: string,
): Promise<Claims> {
  if (config.serverMetadata().userinfo_endpoint === undefined) return {}
  return client.fetchUserInfo(config, token, subject)
}

async function orAway<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking
  } catch (error) {
    throw new Refusal('try-again', { what: 'identity provider' }, { cause: error })
  }
}

/** Not there, or not in time; anything else that went wrong is an answer that is not believed. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    code === 'OAUTH_TIMEOUT' || (error instanceof TypeError && error.message === 'fetch failed')
  )
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    const message = `The secret for the identity provider cannot be read: signIn.provider.clientSecretFile is ${path}.`
    throw new StartFault(message, { cause: error })
  }
}
