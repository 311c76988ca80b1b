/** Every act of the catalogue is asked about somewhere, or is named here as one that nothing does yet. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allActs } from './acts.ts'

/** Named for what is to come; `docs/architecture.md` says so under "Not there yet". */
const notYet = new Set<string>()

/** Where the acts are declared and the model plays with them: naming one there does nothing. */
const declaring = /\/(acts|roles|effects|writing)\.ts$|\.test\.ts$/

test('no act of the catalogue is a promise that nobody keeps', () => {
  const root = new URL('..', import.meta.url).pathname
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !declaring.test(`/${name}`))
    .map((name) => readFileSync(join(root, name), 'utf8'))
  const text = files.join('\n')
  const unused = allActs.filter((act) => !text.includes(`'${act}'`))
  assert.deepEqual(
    unused.filter((act) => !notYet.has(act)),
    [],
  )
  assert.deepEqual(
    [...notYet].filter((act) => !unused.some((one) => one === act)),
    [],
    'is done now: take it off the list',
  )
})
