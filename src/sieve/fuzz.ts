/** Scripts of random words and mutated good ones: refused or run, never a fault; `tools/fuzz.ts sieve`. */
import assert from 'node:assert/strict'
import { isRefusal } from '../base/refusal.ts'
import { capabilities } from './capabilities.ts'
import { compileScript } from './compile.ts'
import { commands, tests } from './registry.ts'

const seeds = [
  'require ["fileinto", "copy"]; if header :contains ["subject", "to"] "x" { fileinto :copy "A"; } else { keep; }',
  'require ["variables", "relational", "comparator-i;ascii-numeric"]; set :upper "a" "${1}b"; if string :value "gt" :comparator "i;ascii-numeric" "${a}" "3" { stop; }',
  'require "vacation"; vacation :days 3 :subject "s" :addresses ["a@b", "c@d"] text:\r\nAway.\r\n..\r\n.\r\n;',
  'if anyof (not exists "a", allof (true, size :over 3K), address :domain "from" "x") { discard; }',
  'require ["date", "index", "include", "imap4flags"]; include :personal :once "a"; if date :index 2 :zone "+0800" "received" "hour" "09" { addflag "\\\\Seen"; }',
] as const

const words: readonly string[] = [
  ...commands.keys(),
  ...tests.keys(),
  ...capabilities.map((name) => `require "${name}";`),
  'if',
  'elsif',
  'else',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  '"',
  '\\',
  '/*',
  '*/',
  '#',
  '\n',
  'text:\n',
  '.\n',
  ':is',
  ':count',
  ':comparator',
  '"i;octet"',
  '"a"',
  '["a", "b"]',
  '7K',
  '${a}',
  '${hex:ff}',
  '${unicode:110000}',
  '\0',
  '\u{1f600}',
  '\ud800',
  '"*?*\\\\?"',
  '(((((',
  '9'.repeat(40),
]

export function fuzzOne(random: () => number): void {
  const script = makeScript(random)
  try {
    compileScript(script, new Set(capabilities))
  } catch (error) {
    assert.ok(isRefusal(error, 'invalid'), `${String(error)} for ${JSON.stringify(script)}`)
    const { line, column, why } = error.facts
    assert.ok(typeof line === 'number' && line >= 1 && line <= script.split('\n').length)
    assert.ok(typeof column === 'number' && column >= 1 && typeof why === 'string')
  }
}

function makeScript(random: () => number): string {
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]
  if (random() < 0.3)
    return Array.from({ length: 1 + Math.floor(random() * 40) }, () => pick(words)).join(' ')
  let script: string = pick(seeds) ?? ''
  for (let left = Math.floor(random() * 6); left >= 0; left--) {
    const at = Math.floor(random() * script.length)
    const end = at + Math.floor(random() * 8)
    script = script.slice(0, at) + (random() < 0.5 ? (pick(words) ?? '') : '') + script.slice(end)
  }
  return script
}
