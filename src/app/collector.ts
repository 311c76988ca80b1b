/** How V8 decides to collect, for a process whose memory is mostly octets on their way through. */
import { setFlagsFromString } from 'node:v8'

/**
 * Left to itself V8 marks the whole heap after every 64 MiB of buffers, live or not: four times a
 * second under deliveries, a fifth of this process's CPU, to free what a cheap collection of
 * the young would have freed soon. Here buffers count towards the limit that the heap has anyway,
 * which grows and shrinks with what is live. It may be called at any time.
 */
export function tuneCollector(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit')
}
