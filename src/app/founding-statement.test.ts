import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seats } from '../http/founding/port.ts'
import { formatStatement } from './founding-statement.ts'

test('no line of the statement is wider than 74 columns, however long the names', () => {
  const founders = seats.map((seat) => ({
    seat,
    nameEn: 'Chan Tai-man of the Office with a Long Name '.repeat(5).trim(),
    nameZh: '陳大文'.repeat(40),
    signInName: 'a'.repeat(32),
    publicKey: Buffer.from(seat),
    sealedPrivateKey: Buffer.alloc(0),
    enrolledAt: 0,
    signature: undefined,
    signedAt: undefined,
  }))
  const lines = formatStatement({ begunAt: 0, founders }).split('\n')
  for (const line of lines) assert.ok(columnsOf(line) <= 74, line)
  assert.equal(lines.filter((line) => line.startsWith('    key, by SHA-256:')).length, 4)
})

/** East Asian wide characters take two. */
function columnsOf(line: string): number {
  return Array.from(line).reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)
}
