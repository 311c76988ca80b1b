/** A disk that is full or ill passes, or is mended: the sender is told to come back. */
import { Refusal } from '../base/refusal.ts'

const passing = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'EACCES',
  'EPERM',
  'EFBIG',
  'ENOMEM',
  'EAGAIN',
  'EBUSY',
  'ETIMEDOUT',
])

/** A fault of the disk as Refusal('try-again'), anything else as it came. */
export function diskFault(error: unknown): unknown {
  const code = codeOf(error)
  if (!passing.has(code)) return error
  return new Refusal('try-again', { what: 'object store', code }, { cause: error })
}

/** The system's error code; empty when it is none of its errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}
