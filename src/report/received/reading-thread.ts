/**
 * The thread that reads one report and ends: unpacking and parsing what strangers wrote keeps nothing else
 * waiting, and takes no more memory and time than it is given (`read-away.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads'
import { parseDmarc } from './parse-dmarc.ts'
import { parseTls } from './parse-tls.ts'
import type { ReadingAnswer, ReadingOrder } from './read-away.ts'
import { ReportFault } from './types.ts'
import { unpack } from './unpack.ts'

// `read-away.ts` alone starts this file, with an order.
const { kind, octets, now } = workerData as ReadingOrder

async function read(): Promise<ReadingAnswer> {
  try {
    const plain = await unpack(Buffer.from(octets))
    return { reports: kind === 'dmarc' ? parseDmarc(plain, now) : parseTls(plain, now) }
  } catch (error) {
    if (error instanceof ReportFault) return { fault: error.code }
    throw error
  }
}

// eslint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has none
parentPort?.postMessage(await read())
