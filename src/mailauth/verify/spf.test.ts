/** The published suite of RFC 7208, whole; its licence stands beside it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FakeRecords, type FakeZone } from '../../../test/support/fake-records.ts'
import { createAuthenticator } from './authenticate.ts'

interface Suite {
  readonly description: string
  readonly tests: Readonly<
    Record<
      string,
      {
        readonly helo: string
        readonly host: string
        readonly mailfrom: string
        readonly result: readonly string[]
      }
    >
  >
  readonly zonedata: Readonly<
    Record<string, readonly (string | Readonly<Record<string, unknown>>)[]>
  >
}

const suites = JSON.parse(
  readFileSync(new URL('../fixtures/rfc7208-tests.json', import.meta.url), 'utf8'),
) as readonly Suite[]

for (const { description, tests, zonedata } of suites)
  test(`RFC 7208, its suite: ${description}`, async () => {
    const zones = Object.entries(zonedata).map(
      ([name, rows]) => [name.toLowerCase(), zoneOf(rows)] as const,
    )
    const resolver = new FakeRecords(Object.fromEntries(zones))
    const authenticate = createAuthenticator({
      resolver,
      authservId: 'mx.example',
      trustedSealers: [],
    })
    for (const [name, { helo, host, mailfrom, result }] of Object.entries(tests)) {
      const found = await authenticate({
        remoteAddress: host,
        heloName: helo ?? '',
        reversePath: mailfrom,
        message: Buffer.from('Subject: none\r\n\r\n'),
        at: 0,
      })
      assert.ok(
        result.includes(found.spf.result),
        `${name}: ${found.spf.result}, not ${result.join('|')}`,
      )
    }
  })

/** The suite writes records for the type SPF, which stand for TXT where no TXT is given. */
function zoneOf(rows: Suite['zonedata'][string]): FakeZone {
  const kinds = new Map<string, unknown[]>()
  const add = (kind: string, value: unknown) => {
    if (value !== 'NONE') kinds.set(kind, [...(kinds.get(kind) ?? []), value])
  }
  const records = rows.filter((row) => typeof row === 'object')
  const hasText = records.some((row) => 'TXT' in row)
  for (const row of records)
    for (const [kind, value] of Object.entries(row)) {
      if (kind === 'TXT' || (kind === 'SPF' && !hasText))
        add('TXT', Array.isArray(value) ? value.join('') : value)
      else if (kind === 'MX' && Array.isArray(value))
        add('MX', { preference: value[0], host: value[1] })
      else add(kind, value)
    }
  const isSilent = rows.includes('TIMEOUT')
  const silent = (['A', 'AAAA', 'MX', 'PTR', 'TXT'] as const).filter((kind) => !kinds.has(kind))
  return { ...Object.fromEntries(kinds), ...(isSilent ? { silent } : {}) }
}
