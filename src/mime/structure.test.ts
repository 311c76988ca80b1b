import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtures } from './fixtures/fixtures.ts'
import { parseMessage } from './parse.ts'
import { structureOf } from './structure.ts'

const structure = (name: keyof typeof fixtures) =>
  structureOf(fixtures[name], parseMessage(fixtures[name]))

test('tells everything BODYSTRUCTURE wants of a part', () => {
  assert.deepEqual(structure('alternative within mixed').children[1], {
    type: 'application',
    subtype: 'pdf',
    parameters: [['name', 'report.pdf']],
    id: '<pdf@example>',
    description: 'The report',
    encoding: 'base64',
    octets: 12,
    lines: 0,
    md5: 'Q2hlY2sgSW50ZWdyaXR5IQ==',
    disposition: {
      value: 'attachment',
      parameters: [
        ['filename', 'report.pdf'],
        ['size', '12'],
      ],
    },
    language: ['en', 'zh-HK'],
    location: 'http://example.gov.hk/report',
    children: [],
  })
})

test('leaves parameters as they are written', () => {
  const { parameters, disposition } = structure('RFC 2231 file name in continuations')
  assert.deepEqual(parameters, [
    ['name*0*', "UTF-8'zh-HK'%E6%9C%83%E8%AD"],
    ['name*1*', '%B0'],
    ['name*2', ' 2026.pdf'],
  ])
  assert.deepEqual(disposition?.parameters[0], ['filename*', "Big5'zh-TW'%AD%BB%B4%E4.pdf"])
})

test('gives a message/rfc822 the envelope and structure of its message', () => {
  const { message } = structure('a whole message/rfc822')
  assert.equal(message?.envelope.subject, 'In')
  assert.equal(message?.structure.octets, 4)
  assert.deepEqual(message?.structure.parameters, [['charset', 'us-ascii']])
})
