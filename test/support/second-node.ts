/** Another node of a running platform: same database, objects and master key, a folder of its own. */
import { join } from 'node:path'
import { bootPlatform, type BootOptions, type Platform } from './platform.ts'
import { findPostmaster } from './postmaster.ts'

/** `database` names a database both use; without it, the embedded one of the first by its socket. */
export function bootSecondNode(
  first: Platform,
  database?: string,
  environment: BootOptions['environment'] = {},
): Promise<Platform> {
  const sockets = findPostmaster(first.data)?.sockets ?? ''
  const url = `postgres://tamar@localhost/postgres?host=${encodeURIComponent(sockets)}`
  return bootPlatform({
    command: 'start',
    environment: {
      ...environment,
      TAMAR_DATABASE_URL: database ?? url,
      TAMAR_MASTER_KEY_FILE: join(`${first.data}.key`, 'master.key'),
      TAMAR_OBJECTS: join(first.data, 'objects'),
    },
  })
}
