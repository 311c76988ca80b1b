/**
 * Counters, gauges and histograms of a node, in Prometheus' text format. Labels are words of ours
 * from closed lists: no user, address or department is ever a label.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { commandSecondsBuckets, deliverySecondsBuckets } from './limits.ts'
import { observeProcess } from './process-metrics.ts'

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const counter = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name: `tamar_${name}`, help, labelNames: [...labelNames], registers })
  const gauge = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge<L>({ name: `tamar_${name}`, help, labelNames: [...labelNames], registers })
  const seconds = <const L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) =>
    new Histogram<L>({
      name: `tamar_${name}_seconds`,
      help,
      labelNames: [...labelNames],
      buckets,
      registers,
    })
  const process = observeProcess(registry)
  return {
    registry,
    /** Open connections by listener. */
    connections: gauge('connections', 'Open connections.', ['listener']),
    connectionsRefused: counter('connections_refused_total', 'Connections refused at a limit.', [
      'listener',
    ]),
    messagesAccepted: counter('messages_accepted_total', 'Messages accepted for delivery.', [
      'door',
    ]),
    octetsAccepted: counter('message_octets_accepted_total', 'Octets of accepted messages.', [
      'door',
    ]),
    refusals: counter('refusals_total', 'Expected refusals by door and code.', ['door', 'code']),
    faults: counter('faults_total', 'Faults of our own, answered as temporary.', ['door']),
    deliverySeconds: seconds(
      'delivery',
      'From the last octet of a message to its acknowledgement.',
      ['door'],
      deliverySecondsBuckets,
    ),
    commandSeconds: seconds(
      'command',
      'From a command to the end of its answer.',
      ['door', 'command', 'status'],
      commandSecondsBuckets,
    ),
    queueMessages: gauge('queue_messages', 'Messages waiting in the queue.', []),
    outboxEntries: gauge('audit_outbox_entries', 'Audit entries not yet sealed.', []),
    auditAway: gauge('audit_away_seconds', 'How long the audit process has not answered.', []),
    objectsMissed: gauge('objects_missed', 'Objects that some folder is known to lack.', []),
    tlsNotAfter: gauge('tls_not_after_seconds', 'When the certificate in use ends.', []),
    [Symbol.dispose]: () => process[Symbol.dispose](),
  }
}
