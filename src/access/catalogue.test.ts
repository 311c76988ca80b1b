/** Every act of the catalogue is asked about somewhere: one that nothing does is a promise. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allActs } from './acts.ts'

/** Where the acts are declared and the model plays with them: naming one there does nothing. */
const declaring = /\/(acts|roles|effects|writing)\.ts$|\.test\.ts$/

test('no act of the catalogue is a promise that nobody keeps', () => {
  const root = new URL('..', import.meta.url).pathname
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !declaring.test(`/${name}`))
    .map((name) => readFileSync(join(root, name), 'utf8'))
  const text = files.join('\n')
  const unused = allActs.filter((act) => !text.includes(`'${act}'`))
  assert.deepEqual(unused, [])
})
