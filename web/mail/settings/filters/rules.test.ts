import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileScript } from '../../../../src/sieve/compile.ts'
import { cleanRule, formatRules, parseRules, type Act, type Rule } from './rules.ts'

const acts: readonly Act[] = [
  { kind: 'move', mailbox: 'Projects/港 "灣" \\ x' },
  { kind: 'flag' },
  { kind: 'forward', address: 'lee@td.example' },
  { kind: 'delete' },
]
const rules: readonly Rule[] = (['from', 'to', 'subject'] as const).flatMap((field) =>
  acts.map((act) => ({ field, contains: `"quoted" \\ 預算 */ # ${field}`, act })),
)

describe('simple rules', () => {
  it('are a script that the platform takes, and come back from it', () => {
    for (const some of [[], rules, ...rules.map((rule) => [rule])]) {
      const script = formatRules(some)
      assert.doesNotThrow(() => compileScript(script), script)
      assert.deepEqual(parseRules(script), some)
    }
  })

  it('are no rules of ours once a hand has touched them', () => {
    const script = formatRules(rules)
    for (const touched of [
      `${script}keep;\n`,
      script.replace('stop;', ''),
      script.replace('discard;', 'keep;'),
      script.replaceAll('\n', '\r\n'),
      `# rule {"field":"from"}\n${script}`,
      '# rule nothing\nkeep;\n',
      'keep;\n',
      '',
    ])
      assert.equal(parseRules(touched), undefined, touched)
  })

  it('say one thing in one line, whatever was typed', () => {
    const rule = cleanRule({
      field: 'subject',
      contains: ' a\r\n}\ndiscard;\u2028# ',
      act: { kind: 'forward', address: ' a@b\n' },
    })
    assert.equal(rule.contains, 'a } discard;\u2028#')
    assert.deepEqual(rule.act, { kind: 'forward', address: 'a@b' })
    assert.deepEqual(parseRules(formatRules([rule])), [rule])
  })
})
