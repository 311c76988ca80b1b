/** The metrics of several processes as those of one node: counted things add up. */
import { AggregatorRegistry, type Registry } from 'prom-client'

/** What one process says of itself; goes through a channel between processes as JSON. */
export type ProcessMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** @returns Prometheus' text format. How a gauge adds up it says itself (`aggregator`). */
export function formatSum(all: readonly ProcessMetrics[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics()
}

/** What of a process that ended still counts: a sum must not go back because one was replaced. */
export async function keepCounts(all: readonly ProcessMetrics[]): Promise<ProcessMetrics> {
  const sum = await AggregatorRegistry.aggregate([...all]).getMetricsAsJSON()
  return sum.filter(({ type }) => isCount(type))
}

/** In JSON the library names types by words, whatever its declaration says. */
function isCount(type: unknown): boolean {
  return type === 'counter' || type === 'histogram'
}
