/** Numbers of this room, each with its reason. */
import { minuteMs } from '../base/clock.ts'

/** An import of ten thousand people is about two million octets. */
export const bodyOctetsMax = 16_777_216

/** An import or a verification of a large installation answers late, not never. */
export const requestTimeoutMs = 30 * minuteMs

/** Entries of the audit trail or the queue that one answer holds. */
export const listedMax = 10_000

/** Unix sockets have room for a path of 107 octets and its end. */
export const socketPathOctetsMax = 107
