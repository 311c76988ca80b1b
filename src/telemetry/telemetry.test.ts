import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Refusal } from '../base/refusal.ts'
import { createTelemetry } from './create-telemetry.ts'
import { createPseudonym } from './fields.ts'

function openLog(level: 'info' | 'debug' = 'info') {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const telemetry = createTelemetry({
    level,
    destination,
    pseudonym: createPseudonym(Buffer.from('test')),
  })
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}')
  return { ...telemetry, lines, last, [Symbol.dispose]: () => telemetry[Symbol.dispose]() }
}

describe('the log', () => {
  it('writes allowed fields and names those it left out', () => {
    using t = openLog()
    const careless = { octets: 7, code: 'over-quota', subject: 'Tender for meters' }
    t.log.info('message refused', careless)
    const { event, octets, code, leftOut } = t.last()
    assert.deepEqual(
      [event, octets, code, leftOut],
      ['message refused', 7, 'over-quota', ['subject']],
    )
    assert.doesNotMatch(t.lines.join(), /Tender/)
  })

  it('shows an address as a pseudonym that is the same in every line', () => {
    using t = openLog()
    t.log.info('one', { reversePath: 'wl.chan@td.gov.example' })
    const first = t.last()['reversePath']
    t.log.info('two', { forwardPath: 'WL.Chan@td.gov.example' })
    assert.equal(first, t.last()['forwardPath'])
    assert.doesNotMatch(t.lines.join(), /chan|gov\.example/i)
  })

  it('lets no sentence through a field for codes', () => {
    using t = openLog()
    t.log.info('odd', { reason: 'a sentence a person wrote' })
    assert.deepEqual(t.last()['leftOut'], ['reason'])
  })

  it('logs a refusal with its code and the allowed facts', () => {
    using t = openLog()
    t.log.refused('recipient refused', new Refusal('over-quota', { octets: 9, name: 'x y' }))
    const { code, octets, leftOut } = t.last()
    assert.deepEqual([code, octets, leftOut], ['over-quota', 9, ['name']])
  })

  it('logs a bug with its stack and causes but not what a driver hung on it', () => {
    using t = openLog()
    const cause = Object.assign(new Error('no'), { code: '23505', detail: 'Key (x)=(secret)' })
    t.log.error('bug', new Error('outer', { cause }), { door: 'imap' })
    const line = t.lines.join()
    assert.match(line, /"code":"23505"/)
    assert.match(line, /telemetry\.test\.ts/)
    assert.doesNotMatch(line, /secret/)
  })

  it('adds the fields of its making to every line and keeps quiet under its level', () => {
    using t = openLog()
    const log = t.log.with({ door: 'smtp' })
    log.debug('quiet')
    assert.equal(t.lines.length, 0)
    log.warn('loud')
    assert.equal(t.last()['door'], 'smtp')
  })
})

describe('the metrics', () => {
  it('are readable by Prometheus, with the process among them', async () => {
    using t = openLog()
    t.metrics.messagesAccepted.inc({ door: 'smtp' })
    t.metrics.deliverySeconds.observe({ door: 'smtp' }, 0.004)
    const text = await t.metrics.registry.metrics()
    assert.match(text, /^tamar_messages_accepted_total\{door="smtp"\} 1$/m)
    assert.match(text, /^tamar_delivery_seconds_bucket\{le="0.005",door="smtp"\} 1$/m)
    assert.match(text, /^tamar_event_loop_delay_seconds\{quantile="0\.99"\} \d/m)
    assert.match(text, /^process_cpu_seconds_total \d+(?:\.\d+)?$/m)
  })
})
