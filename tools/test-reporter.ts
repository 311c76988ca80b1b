/** Says failures whole, skips with their reason, slow tests by name, and counts the rest. */
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

const slowMs = 2_000

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts = { pass: 0, fail: 0, skip: 0 }
  for await (const event of source) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { name, skip, details, file } = event.data
    // In a journey's own process the file itself is reported as a test: only its tests count.
    if (details.type === 'suite' || name === file) continue
    if (skip !== undefined && skip !== false) {
      counts.skip++
      yield `skip ${name}: ${String(skip)}\n`
    } else if (event.type === 'test:fail') {
      counts.fail++
      const cause = event.data.details.error.cause ?? event.data.details.error
      yield `FAIL ${name} (${file ?? ''})\n${inspect(cause, { depth: 4 })}\n`
    } else {
      counts.pass++
      if (details.duration_ms > slowMs)
        yield `slow ${name} (${Math.round(details.duration_ms)} ms)\n`
    }
  }
  yield `# pass ${counts.pass}\n# fail ${counts.fail}\n# skip ${counts.skip}\n`
}
