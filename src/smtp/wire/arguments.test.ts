import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBase64, isHeloName, parseCommand } from './command.ts'
import { parseMailArguments } from './mail-arguments.ts'
import { parseRcptArguments } from './rcpt-arguments.ts'
import { formatLines, formatReply } from './reply.ts'
import { decodeXtext, encodeXtext } from './xtext.ts'

const mail = (argument: string, hasRequireTls = true, isSubmission = true) =>
  parseMailArguments(argument, { hasRequireTls, isSubmission })

const nothing = {
  octetsDeclared: undefined,
  body: undefined,
  isSmtpUtf8: false,
  ret: undefined,
  envelopeId: undefined,
  requiresTls: false,
  submitter: undefined,
  hold: undefined,
  deliverBy: undefined,
  priority: undefined,
}

test('a command is a verb in upper case and the rest', () => {
  assert.deepEqual(parseCommand('mail FROM:<> '), { verb: 'MAIL', argument: 'FROM:<>' })
  assert.deepEqual(parseCommand('Quit'), { verb: 'QUIT', argument: '' })
  assert.deepEqual(parseCommand(''), { verb: '', argument: '' })
})

test('replies have their code on every line and a hyphen before the last', () => {
  assert.equal(formatReply({ code: 250, enhanced: '2.0.0', text: 'OK' }), '250 2.0.0 OK\r\n')
  assert.equal(formatReply({ code: 354, text: 'Go' }), '354 Go\r\n')
  assert.equal(formatLines(250, ['a', 'b', 'c']), '250-a\r\n250-b\r\n250 c\r\n')
})

test('MAIL takes a path alone', () => {
  assert.deepEqual(mail('FROM:<>'), { ...nothing, reversePath: '' })
  assert.deepEqual(mail('from: <a@b.example>'), { ...nothing, reversePath: 'a@b.example' })
  assert.deepEqual(mail('FROM:<@x.example:a@b.example>'), {
    ...nothing,
    reversePath: 'a@b.example',
  })
  assert.deepEqual(mail('FROM:<"a>b"@b.example>'), { ...nothing, reversePath: '"a>b"@b.example' })
})

test('MAIL takes every parameter we offer', () => {
  const text =
    'FROM:<香@b.example> SIZE=1000 body=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2Bb REQUIRETLS AUTH=<> ' +
    'HOLDFOR=60 BY=+120;rt MT-PRIORITY=-3'
  assert.deepEqual(mail(text), {
    reversePath: '香@b.example',
    octetsDeclared: 1000,
    body: '8bitmime',
    isSmtpUtf8: true,
    ret: 'headers',
    envelopeId: 'a+b',
    requiresTls: true,
    submitter: '',
    hold: { seconds: 60 },
    deliverBy: { seconds: 120, mode: 'return', isTraced: true },
    priority: -3,
  })
  const later = mail('FROM:<> HOLDUNTIL=2026-02-01T00:00:00+08:00 BY=-5;N')
  assert.ok(typeof later !== 'string')
  assert.deepEqual(later.hold, { until: Date.UTC(2026, 0, 31, 16) })
  assert.deepEqual(later.deliverBy, { seconds: -5, mode: 'notify', isTraced: false })
})

test('MAIL refuses what it cannot read, each with its own reason', () => {
  const faults = {
    '': 'syntax',
    'TO:<a@b.example>': 'syntax',
    'FROM:a@b.example': 'syntax',
    'FROM:<a@b.example': 'bad-path',
    'FROM:<a b@c.example>': 'bad-path',
    'FROM:<a@b.example>SIZE=1': 'syntax',
    'FROM:<a@b.example> SIZE': 'bad-parameter',
    'FROM:<a@b.example> SIZE=-1': 'bad-parameter',
    'FROM:<a@b.example> SIZE=': 'syntax',
    'FROM:<a@b.example> SIZE=1 size=2': 'repeated-parameter',
    'FROM:<a@b.example> BODY=BINARYMIME': 'bad-parameter',
    'FROM:<a@b.example> RET=ALL': 'bad-parameter',
    'FROM:<a@b.example> ENVID=a+0Ab': 'bad-parameter',
    'FROM:<a@b.example> SMTPUTF8=1': 'bad-parameter',
    'FROM:<a@b.example> XVERP': 'unknown-parameter',
    'FROM:<a@b.example> HOLDFOR=1234567890': 'bad-parameter',
    'FROM:<a@b.example> HOLDFOR=-1': 'bad-parameter',
    'FROM:<a@b.example> HOLDUNTIL=2026-02-01': 'bad-parameter',
    'FROM:<a@b.example> HOLDUNTIL=2026-02-31T25:00:00Z': 'bad-parameter',
    'FROM:<a@b.example> HOLDFOR=1 HOLDUNTIL=2026-02-01T00:00:00Z': 'bad-parameter',
    'FROM:<a@b.example> BY=0;R': 'bad-parameter',
    'FROM:<a@b.example> BY=-1;RT': 'bad-parameter',
    'FROM:<a@b.example> BY=120': 'bad-parameter',
    'FROM:<a@b.example> MT-PRIORITY=10': 'bad-parameter',
    'FROM:<a@b.example> MT-PRIORITY=+1': 'bad-parameter',
    'FROM:<a@b.example> BY=120;X': 'bad-parameter',
    'FROM:<a@b.example> RET=__PROTO__': 'bad-parameter',
    'FROM:<香@b.example>': 'needs-smtputf8',
    [`FROM:<${'a'.repeat(65)}@b.example>`]: 'bad-path',
  }
  for (const [text, fault] of Object.entries(faults)) assert.equal(mail(text), fault, text)
  assert.equal(mail('FROM:<a@b.example> REQUIRETLS', false), 'unknown-parameter')
  assert.equal(mail('FROM:<a@b.example> HOLDFOR=1', true, false), 'unknown-parameter')
})

test('RCPT takes DSN wishes', () => {
  assert.deepEqual(
    parseRcptArguments('TO:<a@b.example> NOTIFY=success,DELAY ORCPT=rfc822;a+2Bx@b.example', false),
    {
      forwardPath: 'a@b.example',
      notify: ['success', 'delay'],
      originalRecipient: 'rfc822;a+x@b.example',
    },
  )
  const plain = { notify: undefined, originalRecipient: undefined }
  assert.deepEqual(parseRcptArguments('TO:<Postmaster>', false), {
    forwardPath: 'Postmaster',
    ...plain,
  })
})

test('RCPT reads an original recipient in UTF-8 (RFC 6533)', () => {
  const original = (value: string, isSmtpUtf8: boolean) => {
    const parsed = parseRcptArguments(`TO:<a@b.example> ORCPT=${value}`, isSmtpUtf8)
    return typeof parsed === 'string' ? parsed : parsed.originalRecipient
  }
  assert.equal(original(String.raw`utf-8;\x{9999}@b.example`, false), 'utf-8;香@b.example')
  assert.equal(original('utf-8;香@b.example', true), 'utf-8;香@b.example')
  assert.equal(original('utf-8;香@b.example', false), 'bad-parameter')
  assert.equal(original(String.raw`utf-8;\x{0D}@b.example`, true), 'bad-parameter')
  assert.equal(original(String.raw`utf-8;\x{D800}@b.example`, true), 'bad-parameter')
})

test('RCPT refuses what it cannot read', () => {
  const faults = {
    'TO:<>': 'bad-path',
    'FROM:<a@b.example>': 'syntax',
    'TO:<a>': 'bad-path',
    'TO:<a@b.example> NOTIFY=NEVER,DELAY': 'bad-parameter',
    'TO:<a@b.example> NOTIFY=DELAY,DELAY': 'bad-parameter',
    'TO:<a@b.example> NOTIFY': 'bad-parameter',
    'TO:<a@b.example> ORCPT=a@b.example': 'bad-parameter',
    'TO:<a@b.example> ORCPT=rfc822;': 'bad-parameter',
    'TO:<a@b.example> SIZE=1': 'unknown-parameter',
  }
  for (const [text, fault] of Object.entries(faults)) {
    assert.equal(parseRcptArguments(text, false), fault, text)
  }
})

test('xtext goes there and back', () => {
  for (const text of ['', 'a b+c=d', '~!{}', 'plain@b.example']) {
    assert.equal(decodeXtext(encodeXtext(text)), text)
  }
  for (const bad of ['a=b', 'a+', 'a+2', 'a+2b', 'a b', '+00']) {
    assert.equal(decodeXtext(bad), undefined, bad)
  }
})

test('base64 is strict and names have no white space', () => {
  assert.equal(decodeBase64('AGE=')?.toString('hex'), '0061')
  assert.equal(decodeBase64('')?.length, 0)
  for (const bad of ['AGE', 'AG E=', 'A===', 'AGE=\n', 'A-_='])
    assert.equal(decodeBase64(bad), undefined)
  for (const good of ['a.example', '[192.0.2.1]', '[IPv6:::1]', '例子.香港', 'my_pc']) {
    assert.equal(isHeloName(good), true)
  }
  for (const bad of ['', 'a b', 'a<b', 'x'.repeat(256)]) assert.equal(isHeloName(bad), false)
})
