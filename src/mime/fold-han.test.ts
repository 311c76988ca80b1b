import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldHan } from './fold-han.ts'
import { foldForSearch } from './fold.ts'

test('traditional, simplified and regional forms are one', () => {
  const same = [
    ['會議紀錄', '会议纪录'],
    ['臺灣 台灣', '台湾 台湾'],
    ['裏面 裡面', '里面 里面'],
    ['爲為', '为为'],
    ['香港特別行政區政府', '香港特别行政区政府'],
    // Beyond the first plane on one side.
    ['㓨㘚𪂹', foldHan('㓨㘚𪂹')],
  ] as const
  for (const [a, b] of same) assert.equal(foldForSearch(a), foldForSearch(b))
  assert.equal(foldHan('㜢'), foldHan('𡞱'))
})

test('full and half width, case, and what has no other form are as they were', () => {
  assert.equal(foldForSearch('Ｔａｍａｒ ﾊﾟ'), foldForSearch('tamar パ'))
  assert.equal(foldHan('Tamar ひらがな 한글'), 'Tamar ひらがな 한글')
})

test('folding twice is folding once', () => {
  const every = Array.from({ length: 0x9fff - 0x3400 }, (_, at) =>
    String.fromCharCode(0x3400 + at),
  ).join('')
  assert.equal(foldHan(foldHan(every)), foldHan(every))
})
