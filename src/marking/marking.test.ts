import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readGrade, type Grade } from './grade.ts'
import { readLabel } from './label.ts'
import { checkDigit, PersonalDataCounter } from './personal-data.ts'
import { markingWords } from './words.ts'

const nothing = { subjects: [], heads: [], fileNames: [] }

test('markings in subjects are read in both languages, wherever people put them', () => {
  const subjects: readonly [string, Grade][] = [
    ['[RESTRICTED] Budget', 'restricted'],
    ['Budget [Confidential]', 'confidential'],
    ['SECRET: plans', 'secret'],
    ['Re: FW: TOP SECRET - plans', 'top-secret'],
    ['plans - SECRET', 'secret'],
    ['TEMPORARY CONFIDENTIAL: posting', 'confidential'],
    ['RESTRICTED (STAFF) - appraisal', 'restricted'],
    ['【機密】開支', 'confidential'],
    ['(高度机密)计划', 'secret'],
    ['絕對機密:計劃', 'top-secret'],
    ['限閱文件-會議紀錄', 'restricted'],
    ['[CONFIDENTIAL]', 'confidential'],
    ['S\u200bECRET: x', 'secret'],
    ['[RESTRICTED] annex to [SECRET]', 'secret'],
    ['The secret of good minutes', 'none'],
    ['Secret Santa: who brings what', 'none'],
    ['Is this confidential?', 'none'],
    ['機密文件處理指引', 'none'],
    ['Access is restricted on Monday', 'none'],
    ['', 'none'],
  ]
  for (const [subject, grade] of subjects)
    assert.equal(readGrade({ ...nothing, subjects: [subject] }), grade, subject)
})

test('markings at the head of a body and in names of files are read, in running text they are not', () => {
  const heads: readonly [string, Grade][] = [
    ['CONFIDENTIAL\r\n\r\nDear all', 'confidential'],
    ['\n*** S E C R E T ***\n', 'secret'],
    ['Classification: TOP SECRET\nDear all', 'top-secret'],
    ['密級:高度機密\n各位', 'secret'],
    ['[Restricted]\nDear all', 'restricted'],
    ['Dear all,\nplease keep this [confidential] for now.', 'none'],
    [`${'line\n'.repeat(30)}SECRET`, 'none'],
  ]
  for (const [head, grade] of heads)
    assert.equal(readGrade({ ...nothing, heads: [head] }), grade, JSON.stringify(head))
  const names: readonly [string, Grade][] = [
    ['CONFIDENTIAL_report.docx', 'confidential'],
    ['report (SECRET).pdf', 'secret'],
    ['會議紀錄_機密.docx', 'confidential'],
    ['secretariat.docx', 'none'],
    ['UNRESTRICTED.txt', 'none'],
  ]
  for (const [name, grade] of names)
    assert.equal(readGrade({ ...nothing, fileNames: [name] }), grade, name)
})

test('a label in the header is read as RFC 7444 writes it', () => {
  const labels: readonly [string, string | undefined][] = [
    [' marking="RESTRICTED"', 'RESTRICTED'],
    ['fgcolor=black; marking = "TOP \\"SECRET\\""; type=":ess"', 'TOP "SECRET"'],
    ['marking=SECRET; label="MQYGASkCAQM="', 'SECRET'],
    ["marking*=UTF-8''%E6%A9%9F%E5%AF%86", '機密'],
    ["marking*=UTF-8''%E6%A9", undefined],
    ['type=":ess"; label="marking=SECRET"', undefined],
    ['', undefined],
  ]
  for (const [value, words] of labels) assert.equal(readLabel(value), words, value)
})

test('each grade is written in words that are read as that grade', () => {
  for (const [grade, words] of Object.entries(markingWords))
    for (const word of Object.values(words)) {
      assert.equal(readGrade({ ...nothing, heads: [String(word)] }), grade, String(word))
      assert.equal(readGrade({ ...nothing, subjects: [`[${word}] x`] }), grade, String(word))
    }
})

test('the check digit is right for one letter and for two', () => {
  // Made-up numbers; the digits were reckoned by hand.
  assert.equal(checkDigit('A', '123456'), '3')
  assert.equal(checkDigit('G', '123456'), 'A')
  assert.equal(checkDigit('AB', '987654'), '3')
})

test('identity and card numbers count only with a right checksum, and each once', () => {
  const counter = new PersonalDataCounter()
  counter.add('A123456(3), a1234563, A 123456 (3); wrong: A123456(4), XA123456(3)Z, ISO123456(7)')
  counter.add('4111 1111 1111 1111 and 4111-1111-1111-1111, wrong: 4111 1111 1111 1112')
  counter.add('5500005555555559 378282246310005, no card: 1234567890123, 0000 0000 0000 0000')
  const { identityNumbers, cardNumbers } = counter.found
  assert.deepEqual({ identityNumbers, cardNumbers }, { identityNumbers: 1, cardNumbers: 3 })
})

test('telephone numbers and addresses are counted, other numbers are not', () => {
  const counter = new PersonalDataCounter()
  counter.add('Tel 2345 6789, +852 9123-4567, 91234567; year 2026, HK$12345678, 1234 5678')
  counter.add('amy@td.example, Amy@TD.example <bob@td.example>')
  const { phoneNumbers, listedAddresses } = counter.found
  assert.deepEqual({ phoneNumbers, listedAddresses }, { phoneNumbers: 2, listedAddresses: 2 })
})

test('long hostile texts are read in a time that grows with them only', () => {
  const counter = new PersonalDataCounter()
  for (const text of ['1 '.repeat(500_000), 'a.'.repeat(500_000), '('.repeat(1_000_000)]) {
    counter.add(text)
    readGrade({ subjects: [text], heads: [text], fileNames: [text] })
  }
  assert.equal(counter.found.identityNumbers, 0)
})
