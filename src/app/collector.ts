/** How V8 decides to collect, for a process whose memory is mostly octets on their way through. */
import { setFlagsFromString } from 'node:v8'

/**
 * What the heap and the buffers it holds may grow by, in percent of what was live, before all of it is
 * marked. V8's own choice is about a third for a heap of this size.
 */
const growthPercent = 200

/**
 * Left to itself V8 marks the whole heap after every 64 MiB of buffers, live or not: several times a
 * second under deliveries, a fifth of this process's CPU, to free what a cheap collection of
 * the young would have freed soon. Here buffers count towards the limit that the heap has anyway, and that
 * limit is three times what is live. It may be called at any time.
 */
export function tuneCollector(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit')
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`)
}
