/** What the system says of a backup file, as one line for the operator. */
import { RecoveryFault } from './types.ts'

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'is not there, or its folder is not',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
  EROFS: 'is on a file system that cannot be written',
  EISDIR: 'is a folder',
  ENOTDIR: 'has something above it that is no folder',
  EEXIST: 'is there already: another backup is being made, or one was cut short; remove it',
  ENOSPC: 'does not fit on its disk',
  EDQUOT: 'does not fit in the quota of its disk',
  EIO: 'is on a disk that is ill',
}

/** A RecoveryFault where the operator can mend it, anything else as it came. */
export function fileFault(error: unknown, path: string): unknown {
  const sentence = sentences[codeOf(error)]
  return sentence === undefined
    ? error
    : new RecoveryFault(`${path} ${sentence}.`, { cause: error })
}

/** The system's error code; empty when it is none of its errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}
