/** The bucket of a message, from the random end of its id. Stored rows depend on it. */
import { bucketCount } from './limits.ts'

export function bucketOf(messageId: string): number {
  return Number.parseInt(messageId.slice(-2), 16) % bucketCount
}
