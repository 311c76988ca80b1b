import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { capabilityWords } from './capabilities.ts'

const standards = readFileSync(join(import.meta.dirname, '../../docs/standards.md'), 'utf8')

/** What a program of today may hope for; a server that leaves one out owes a reason. */
const wanted = [
  ['WITHIN', 'SORT', 'SORT=DISPLAY', 'ESORT', 'THREAD=REFERENCES', 'THREAD=ORDEREDSUBJECT'],
  ['CONTEXT=SEARCH', 'CONTEXT=SORT', 'PARTIAL', 'MULTISEARCH', 'SEARCH=FUZZY', 'LIST-MYRIGHTS'],
  ['LIST-METADATA', 'METADATA', 'ACL', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE', 'QUOTASET'],
  ['CATENATE', 'URLAUTH', 'URLAUTH=BINARY', 'BINARY', 'REPLACE', 'SAVEDATE', 'PREVIEW', 'NOTIFY'],
  ['UNAUTHENTICATE', 'INPROGRESS', 'UIDONLY', 'MESSAGELIMIT', 'SAVELIMIT', 'UIDBATCHES'],
  ['JMAPACCESS', 'OBJECTID', 'COMPRESS=DEFLATE', 'I18NLEVEL=1', 'ESEARCH', 'SEARCHRES', 'QRESYNC'],
].flat()

test('every extension is offered, or docs/standards.md says why it is not', () => {
  const offered = new Set(capabilityWords)
  const refused = wanted.filter((word) => !offered.has(word))
  for (const word of refused) assert.ok(standards.includes(word), `${word} has neither`)
  assert.deepEqual(refused, ['QUOTASET', 'URLAUTH', 'URLAUTH=BINARY', 'MESSAGELIMIT', 'SAVELIMIT'])
})
