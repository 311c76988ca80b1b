import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { formatAddress } from './format.ts'
import { parsePath } from './parse-path.ts'

function address(text: string): string | undefined {
  const path = parsePath(text)
  return path.address && formatAddress(path.address)
}

test('reads a path and says where its parameters begin', () => {
  const path = parsePath('<A.User@Example.GOV.hk> SIZE=100')
  assert.deepEqual(path.address, {
    localPart: 'A.User',
    domain: 'example.gov.hk',
    isLiteral: false,
  })
  assert.equal('<A.User@Example.GOV.hk> SIZE=100'.slice(path.end), ' SIZE=100')
})

test('reads the null path and the postmaster without a domain', () => {
  assert.deepEqual(parsePath('<>'), { address: undefined, isPostmaster: false, end: 2 })
  assert.deepEqual(parsePath(' <PostMaster>'), { address: undefined, isPostmaster: true, end: 13 })
})

test('passes over a source route', () => {
  assert.equal(address('<@one.example,@two.example:user@example.org>'), 'user@example.org')
})

test('reads quoted local parts, with > and @ within', () => {
  assert.equal(address('<"a > b"@example.org>'), '"a > b"@example.org')
  assert.equal(address('<"a@b"@example.org>'), '"a@b"@example.org')
  assert.equal(address('<"plain"@example.org>'), 'plain@example.org')
  assert.equal(address(String.raw`<"q\"\\"@example.org>`), String.raw`"q\"\\"@example.org`)
})

test('reads address literals', () => {
  assert.equal(address('<user@[192.0.2.1]>'), 'user@[192.0.2.1]')
  assert.equal(address('<user@[ipv6:2001:DB8::1]>'), 'user@[IPv6:2001:db8::1]')
})

test('reads internationalised addresses and gives the domain as A-labels', () => {
  assert.equal(address('<用戶@例子.香港>'), '用戶@xn--fsqu00a.xn--j6w193g')
  assert.equal(address('<用戶@例子。香港>'), '用戶@xn--fsqu00a.xn--j6w193g')
})

test('refuses what is no path', () => {
  const broken = [
    '',
    'user@example.org',
    '<user@example.org',
    '<user>',
    '<@example.org>',
    '<user@>',
    '<us er@example.org>',
    '<user@exa mple.org>',
    '<.user@example.org>',
    '<us..er@example.org>',
    '<user.@example.org>',
    '<user@-example.org>',
    '<user@example..org>',
    '<user@192.0.2.1>',
    '<user@[192.0.2]>',
    '<user@[IPv6:fe80::1%eth0]>',
    '<@route.example:>',
    '<@route.example user@example.org>',
    '<"open@example.org>',
    '<""@example.org>',
    '<"a\r\nb"@example.org>',
    '<a\0b@example.org>',
    `<${'x'.repeat(65)}@example.org>`,
    `<user@${'x'.repeat(64)}.org>`,
    `<user@${'x.'.repeat(127)}example>`,
    `<${'會'.repeat(22)}@example.org>`,
    `<${'x'.repeat(2_000_000)}`,
  ]
  for (const text of broken)
    assert.throws(
      () => parsePath(text),
      (error) => isRefusal(error, 'invalid'),
      text.slice(0, 40),
    )
})

test('takes the longest local part and label', () => {
  const longest = `${'x'.repeat(64)}@${'y'.repeat(63)}.example`
  assert.equal(address(`<${longest}>`), longest)
})
