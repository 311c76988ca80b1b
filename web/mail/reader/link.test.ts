import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { claimedHost, isMisleading } from './link.ts'

describe('a link', () => {
  it('lies when it shows one host and leads to another', () => {
    assert.ok(isMisleading('https://www.gov.hk/pay', 'https://gov.hk.evil.example/pay'))
    assert.ok(isMisleading('www.gov.hk', 'http://evil.example/'))
    assert.ok(isMisleading('gov.hk', 'https://gоv.hk/')) // a Cyrillic о
  })

  it('tells the truth about its own host, and about hosts beneath it', () => {
    assert.ok(!isMisleading('https://www.gov.hk/en', 'https://www.gov.hk/en?from=mail'))
    assert.ok(!isMisleading('gov.hk', 'https://www.gov.hk/'))
    assert.ok(!isMisleading('www.gov.hk', 'https://gov.hk/'))
  })

  it('with words for a text claims nothing', () => {
    for (const text of ['Click here', '按此', 'Report v1.2 final', '3.5'])
      assert.equal(claimedHost(text), undefined, text)
    assert.ok(!isMisleading('Click here', 'https://evil.example/'))
    assert.ok(!isMisleading('a.b@example.hk', 'mailto:a.b@example.hk'))
  })
})
