/** Every number of the blob room, with its reason. */
import { hourMs } from '../base/clock.ts'

/**
 * Plaintext of one frame: a range read opens at most two frames too many, and 37 octets of header,
 * nonce and tag on 64 KiB are nothing.
 */
export const frameOctets = 64 * 1024

/**
 * A temporary file older than this belongs to a process that is gone: no put takes an hour. Younger
 * ones may be another node's on the same directory.
 */
export const incomingAgeMs = hourMs

/** Files an object listing asks about at once. */
export const statBatch = 64
