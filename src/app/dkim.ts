/** Plugs in the keys that sign what leaves. */
import type { Audit } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'
import { createDkimKeys, type DkimKeys } from '../mailauth/dkim/key-store.ts'
import type { Config } from './config.ts'
import type { Ground } from './ground.ts'
import { openResolver } from './outbound.ts'

export interface DkimParts {
  readonly ground: Pick<Ground, 'database' | 'keys'>
  readonly config: Config
  readonly clock: Clock
  readonly audit: Audit
}

export function openDkim({ ground, config, clock, audit }: DkimParts): DkimKeys {
  return createDkimKeys({
    ...ground,
    clock,
    resolver: openResolver(config),
    record: (tx, event, keyId) => audit.record(tx, { kind: 'key', event, keyId }),
  })
}

/** Every domain of ours, one after the other. */
export async function tendDkimKeys(dkim: DkimKeys, directory: Directory): Promise<void> {
  for (const { domains } of directory.departments())
    for (const domain of domains) await dkim.tend(domain)
}
