/** Every number of the audit process with its reason. */
import { minuteMs, secondMs } from '../../base/clock.ts'

/** Entries of one append: a second of a busy platform, so that nobody waits behind more. */
export const sealEntriesMax = 5_000

/** A shipper sends at most this much at once; its entries are some hundred octets each. */
export const batchOctetsMax = 16 * 1024 * 1024

/** Requests that wait for the disk; those beyond are told to come back. */
export const intakeWaitingMax = 1_000

/** Pseudonyms looked up at once: a case is about few people. */
export const resolvedMax = 100

/** How often witnesses are asked to cosign, when there is something new. */
export const cosignEveryMs = secondMs

/** A witness that takes longer is asked again with the next checkpoint. */
export const witnessTimeoutMs = 5 * secondMs

/** An alarm about the same thing is repeated at most this often. */
export const alarmRepeatMs = minuteMs

/** How often the folder of enrolled certificates is looked at: a revoked one is out after this. */
export const enrolledCheckMs = secondMs

/** Requests under way have this long to end when the process stops. */
export const closeGraceMs = secondMs

/** Names of nodes and people in a credential: they become file names. */
export const credentialNamePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/

/** A log whose disk failed must be opened again: the process ends then, and is started anew. */
export const stuckAfterMs = 10 * secondMs
