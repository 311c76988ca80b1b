import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'
import { formatSum, keepCounts } from './process-sums.ts'

test('counts of several processes add up, and those of one that ended stay', async () => {
  using one = createMetrics()
  using two = createMetrics()
  one.messagesAccepted.inc({ door: 'relay' }, 3)
  two.messagesAccepted.inc({ door: 'relay' }, 4)
  one.connections.set({ listener: 'imap' }, 10)
  two.connections.set({ listener: 'imap' }, 5)
  one.deliverySeconds.observe({ door: 'relay' }, 0.01)
  two.deliverySeconds.observe({ door: 'relay' }, 0.02)
  const said = async (metrics: typeof one) =>
    // As it comes through a channel.
    JSON.parse(JSON.stringify(await metrics.registry.getMetricsAsJSON()))
  const sum = await formatSum([await said(one), await said(two)])
  assert.match(sum, /^tamar_messages_accepted_total\{door="relay"\} 7$/m)
  assert.match(sum, /^tamar_connections\{listener="imap"\} 15$/m)
  assert.match(sum, /^tamar_delivery_seconds_count\{door="relay"\} 2$/m)
  assert.match(sum, /^tamar_event_loop_delay_seconds\{quantile="0\.99"\} /m)
  const past = await keepCounts([[], await said(two)])
  const after = await formatSum([await said(one), past])
  assert.match(after, /^tamar_messages_accepted_total\{door="relay"\} 7$/m)
  assert.match(after, /^tamar_connections\{listener="imap"\} 10$/m)
})
