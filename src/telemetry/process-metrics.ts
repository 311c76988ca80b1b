/**
 * The process itself: processor time, memory, the event loop's delay and use. Names as Prometheus'
 * clients agree on them where there is one.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'
import { loopDelayResolutionMs } from './limits.ts'

/** Disposing ends the sampling; the last values stay readable. */
export function observeProcess(registry: Registry): Disposable {
  const delay = monitorEventLoopDelay({ resolution: loopDelayResolutionMs })
  delay.enable()
  const loopDelay = new Gauge({
    name: 'tamar_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last reading.',
    labelNames: ['quantile'],
    // Of several processes the slowest is what somebody waits for.
    aggregator: 'max',
    registers: [],
    collect() {
      this.set({ quantile: '0.5' }, delay.percentile(50) / 1e9)
      this.set({ quantile: '0.99' }, delay.percentile(99) / 1e9)
      this.set({ quantile: '1' }, delay.max / 1e9)
      delay.reset()
    },
  })
  registry.registerMetric(loopDelay)
  registry.registerMetric(loopUse())
  registry.registerMetric(processorTime())
  registry.registerMetric(residentMemory())
  return { [Symbol.dispose]: () => void delay.disable() }
}

function loopUse(): Gauge {
  let last = performance.eventLoopUtilization()
  return new Gauge({
    name: 'tamar_event_loop_use_ratio',
    help: 'Share of time the event loop was busy since the last reading.',
    aggregator: 'max',
    registers: [],
    collect() {
      const use = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(use, last).utilization)
      last = use
    },
  })
}

function processorTime(): Counter {
  return new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of this process.',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
}

function residentMemory(): Gauge {
  return new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of this process that is in RAM.',
    registers: [],
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
}
