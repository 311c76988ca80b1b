/** What shells are told, asked of the shells that are here. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Command } from 'commander'
import { needs } from '../../test/support/needs.ts'
import { formatCompletion } from './completion.ts'

function grammar(): Command {
  const program = new Command('tamar').option('--json', 'answer with JSON')
  const person = program.command('person').description('people’s and others’')
  person.command('list').option('--department <code>', 'only those')
  person.command('suspend <address>')
  program.command('post').command('list')
  return program
}

/** What bash offers for the last word of a line. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${formatCompletion(grammar(), 'bash')}
COMP_WORDS=(tamar "$@"); COMP_CWORD=$#; _tamar; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return stdout.split('\n').filter((word) => word !== '')
}

test('bash is offered commands, their subcommands and their options', (t) => {
  if (!needs(t, 'bash')) return
  assert.deepEqual(offered('p'), ['person', 'post'])
  assert.deepEqual(offered('person', ''), ['list', 'suspend', '--help'])
  assert.deepEqual(offered('--json', 'person', 'l'), ['list'])
  assert.deepEqual(offered('person', 'list', '--d'), ['--department'])
  assert.deepEqual(offered('nonsense', 'x'), [])
})

test('zsh and fish read what they are given', () => {
  const zsh = formatCompletion(grammar(), 'zsh')
  assert.match(zsh, /^#compdef tamar\n/)
  assert.match(zsh, /'person list'\) known='--department --help' ;;/)
  const fish = formatCompletion(grammar(), 'fish')
  assert.match(fish, /-n 'test "\$\(__tamar_place\)" = ""' -a person -d 'people’s and others’'/)
  assert.match(fish, /-n 'test "\$\(__tamar_place\)" = "person"' -a list/)
  assert.match(fish, /= "person list"' -l department -d 'only those'/)
})
