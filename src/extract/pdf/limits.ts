/** Every number of reading PDF files, with its reason. */
import { minuteMs, secondMs } from '../../base/clock.ts'

const mib = 1024 * 1024

/** JavaScript's own memory in the thread: files of a thousand pages stay under 100 MiB. */
export const heapMibMax = 256
/** What the thread holds besides: the file, and its streams unpacked; 3 KiB can unpack to gigabytes. */
export const buffersOctetsMax = 256 * mib
/** Some 250 MB are unpacked in a second, so that one look sees at most some ten more than the last. */
export const memoryLookMs = 50
/** Larger than any message we take. */
export const fileOctetsMax = 128 * mib
/** More than any law; time ends before. */
export const pagesMax = 5_000
/** Loading the library takes half a second, and many times that on a machine that has much to do. */
export const startMs = 30 * secondMs
/** For the files of others. Programs that send wait longer than this for an answer (RFC 5321 §4.5.3.2.6). */
export const turnMs = 10 * secondMs
/** A thread at rest holds some 60 MB. */
export const idleMs = minuteMs
/** Whatever the library may keep of files is gone with the thread. */
export const filesOfThreadMax = 1_000
/** Words remembered, so that who searches twice, or after the door has read, does not read again. */
export const rememberedCharsMax = 8 * mib
/** What had no words is remembered too. */
export const rememberedFilesMax = 10_000
