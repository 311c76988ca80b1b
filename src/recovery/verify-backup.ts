/** Reads a backup whole, without a database: whether all of it is there and is what was written. */
import { openBackup } from './backup-file.ts'
import type { BackupContents, VerifyBackupOptions } from './types.ts'

/** @throws RecoveryFault, whose message says what is wrong. */
export async function verifyBackup(options: VerifyBackupOptions): Promise<BackupContents> {
  await using backup = await openBackup(options.source, options.master)
  const manifest = await backup.walk({}, options.onProgress)
  return { header: backup.header, manifest }
}
