import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import { findLookAlike } from './look-alike.ts'

const ours = ['gov.example', 'transport.gov.example', 'td.example']

test('domains made to be taken for one of ours are found', () => {
  const made = [
    'g0v.example',
    'transp0rt.gov.example',
    'transporl.gov.example',
    'tranpsort.gov.example',
    'transport-gov.example',
    'transport.gov.example.evil.test',
    'mail.gov.example.evil.test',
    domainToASCII('gоv.example'),
    domainToASCII('góv.example'),
    'gov.examp1e',
  ]
  for (const domain of made) assert.ok(findLookAlike(domain, ours) !== undefined, domain)
})

test('ours themselves, parts of them and other honest names are not', () => {
  const honest = [
    ...ours,
    'legco.gov.example',
    'example',
    'tb.example',
    'health.gov.example',
    'far.example.org',
    'bank.test',
    '',
  ]
  for (const domain of honest) assert.equal(findLookAlike(domain, ours), undefined, domain)
})
