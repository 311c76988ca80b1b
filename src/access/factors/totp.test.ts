import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBase32 } from './base32.ts'
import { newRecoveryCodes, parseRecoveryCode } from './recovery-code.ts'
import { findTotpStep, totpCode, totpUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('codes are those of the standards', () => {
  // RFC 4226 appendix D
  const counted = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583']
  for (const [step, code] of counted.entries()) assert.equal(totpCode(secret, step), code)
  // RFC 6238 appendix B, of which six digits are the last six of eight.
  const timed = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const
  for (const [seconds, code] of timed)
    assert.equal(totpCode(secret, Math.floor(seconds / 30)), code)
})

test('a code is good in its half minute and the one on either side, and never twice', () => {
  const now = 1_000 * 30_000
  const find = (step: number, last = -1) =>
    findTotpStep(secret, totpCode(secret, step), { now, last })
  assert.deepEqual(
    [998, 999, 1_000, 1_001, 1_002].map((step) => find(step)),
    [undefined, 999, 1_000, 1_001, undefined],
  )
  assert.equal(find(1_000, 1_000), undefined)
  assert.equal(find(999, 1_000), undefined)
  assert.equal(find(1_001, 1_000), 1_001)
  for (const code of ['', '12345', '1234567', 'abcdef', `${totpCode(secret, 1_000)}0`])
    assert.equal(findTotpStep(secret, code, { now, last: -1 }), undefined, code)
  const spaced = totpCode(secret, 1_000).replace(/^.../, '$& ')
  assert.equal(findTotpStep(secret, spaced, { now, last: -1 }), 1_000)
})

test('secrets are written as other programs read them', () => {
  // RFC 4648 §10, without padding
  const vectors = ['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']
  for (const [length, text] of vectors.entries())
    assert.equal(formatBase32(Buffer.from('foobar'.slice(0, length))), text)
  assert.equal(
    totpUri(secret, 'Tamar a.example', 'chan@td.example'),
    'otpauth://totp/Tamar%20a.example:chan%40td.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' +
      '&issuer=Tamar%20a.example',
  )
})

test('recovery codes are ten different ones and read however they are typed', () => {
  const codes = newRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) {
    assert.match(code, /^[a-z2-9]{5}-[a-z2-9]{5}$/)
    assert.equal(
      parseRecoveryCode(` ${code.toUpperCase().replace('-', ' ')} `),
      code.replace('-', ''),
    )
  }
  for (const wrong of ['', 'abcde', 'abcde-fgh1j', 'a'.repeat(1_000)])
    assert.equal(parseRecoveryCode(wrong), undefined)
})
