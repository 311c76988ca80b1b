/** Log and metrics of one node, as the composition root hands them to the rooms. */
import { createLog, type Log, type LogOptions } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'

export interface Telemetry extends Disposable {
  readonly log: Log
  readonly metrics: Metrics
}

export function createTelemetry(options: LogOptions): Telemetry {
  const metrics = createMetrics()
  return {
    log: createLog(options),
    metrics,
    [Symbol.dispose]: () => metrics[Symbol.dispose](),
  }
}
