/** What the sign-in pages are given of the platform, and for whom passkeys are made. */
import type { RelyingParty } from '../access/factors/passkey.ts'
import type { IdentityProvider } from '../access/web/types.ts'
import type { AuthParts } from '../http/auth/ports.ts'
import type { Config } from './config.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { createOwnMailboxes } from './own-mailboxes.ts'
import type { Platform } from './platform.ts'

export function authParts(platform: Platform): AuthParts {
  const { access, clock, config, telemetry } = platform
  const names = [...new Set([config.signIn.passkeysFor, config.hostname])]
  const mailboxes = createOwnMailboxes(platform)
  return { web: access.web, oauth: access.oauth, mailboxes, names, clock, log: telemetry.log }
}

export function relyingPartyOf({ signIn, hostname }: Config): RelyingParty {
  const name = hostname === 'localhost' ? 'Tamar' : `Tamar ${hostname}`
  return { id: signIn.passkeysFor, name }
}

export function providerOf({ signIn }: Config): IdentityProvider | undefined {
  return signIn.provider === undefined ? undefined : createIdentityProvider(signIn.provider)
}
