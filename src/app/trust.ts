/** Plugs in what judges mail. */
import { createRecordResolver } from '../dns/record-resolver.ts'
import type { Trust } from '../delivery/judge/ports.ts'
import type { DkimKeys } from '../mailauth/dkim/key-store.ts'
import { createAuthenticator } from '../mailauth/verify/authenticate.ts'
import { plainAddress } from '../net/peer-address.ts'
import { noSettings } from '../policy/settings.ts'
import { parseAddressList } from './address-list.ts'
import type { Config } from './config.ts'

export interface TrustParts {
  readonly config: Config
  readonly dkim: DkimKeys
}

export function openTrust({ config, dkim }: TrustParts): Trust {
  const { authservId, relays, sealers, resolvers } = config.trust
  const resolver = createRecordResolver(resolvers)
  const isRelay = parseAddressList(relays) ?? (() => false)
  return {
    authservId,
    authenticate: createAuthenticator({ resolver, authservId, trustedSealers: sealers }),
    isTrustedPeer: (remoteAddress) => isRelay(plainAddress(remoteAddress)),
    settings: () => noSettings,
    seal: (domain, message, found) => dkim.seal(domain, message, found),
  }
}
