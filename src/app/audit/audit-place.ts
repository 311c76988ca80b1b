/** Where a node's entries go: the audit process of the configuration, or one beside the node. */
import { readFileSync } from 'node:fs'
import { CredentialFault, parseCredential } from '../../audit/credential.ts'
import type { AuditPlace } from '../../audit/ship/open-shipping.ts'
import type { Config } from '../config.ts'
import { StartFault } from '../start-fault.ts'
import { startLocalAudit } from './local-audit.ts'
import type { LocalFolders } from './local-audit.ts'

/** What the other processes of a node need to find it too. */
export interface AuditReach {
  readonly url: string
  readonly credentialPath: string
  /** Of the one beside the node. */
  readonly local: LocalFolders | undefined
}

/** A local one is started, and ends with `stack`. @throws StartFault */
export async function reachAudit(
  config: Config,
  stack: AsyncDisposableStack,
  onRestart: (what: string) => void,
): Promise<AuditReach> {
  const { audit } = config
  if (audit !== undefined)
    return { url: audit.url, credentialPath: audit.credential, local: undefined }
  const local = await startLocalAudit(config, stack, onRestart)
  return { url: local.url, credentialPath: local.credentialPath, local: local.folders }
}

/** @throws StartFault when the credential cannot be used. */
export function openAuditPlace({ url, credentialPath }: AuditReach): AuditPlace {
  try {
    return {
      url,
      credential: parseCredential(readFileSync(credentialPath, 'utf8'), credentialPath),
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (error instanceof CredentialFault) throw new StartFault(why, { cause: error })
    throw new StartFault(`The credential for the audit process cannot be read: ${why}.`, {
      cause: error,
    })
  }
}
