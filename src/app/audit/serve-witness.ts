/** `tamar audit witness`: a witness in the foreground until it is told to stop. */
import { openWitness } from '../../audit/witness/open-witness.ts'
import { systemClock } from '../../base/clock.ts'
import { createTelemetry } from '../../telemetry/create-telemetry.ts'
import { formatEndpoint } from '../endpoint.ts'
import { sayAuditFault } from './serve.ts'
import type { ServeConfig } from './serve-config.ts'
import { letGo, sayReady, untilTold } from './until-told.ts'

export const witnessEndpoint = { host: '127.0.0.1', port: 9444 } as const

/** @throws StartFault */
export async function serveWitness(data: string, config: ServeConfig): Promise<void> {
  const told = untilTold()
  await using ended = new AsyncDisposableStack()
  ended.defer(letGo)
  using telemetry = createTelemetry({ level: 'info', destination: process.stderr })
  const onFault = (error: unknown) => telemetry.log.error('a witness request failed', error)
  await using witness = await openWitness({
    data,
    listen: config.listen ?? witnessEndpoint,
    hostnames: config.hostnames,
    name: config.name ?? 'witness.tamar.local',
    logKeyPaths: config.logs,
    clock: systemClock,
    onFault,
  }).catch((error: unknown) => {
    throw sayAuditFault(error)
  })
  const url = `https://${formatEndpoint(witness.address)}`
  sayReady({ ready: true, url }, `The witness serves ${url}. Its card: ${witness.cardPath}`)
  await told
}
