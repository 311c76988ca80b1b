/** The slice of the small Internet that runs with every test. The whole: `npm run test:internet`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missing, needs } from '../support/needs.ts'
import { unpackedAt } from '../support/unpacked.ts'
import { runInternet } from './bench.ts'
import { whyNoNetwork } from './network.ts'
import { findExim } from './servers.ts'

test('mail crosses an Internet that means harm, in namespaces of its own', async (t) => {
  const why = whyNoNetwork()
  // A machine that lets nobody make namespaces cannot be helped by a package.
  if (why !== undefined) return t.skip(why)
  for (const command of ['knotd', 'unbound', 'postfix', 'tcpdump', 'swaks'])
    if (!needs(t, command)) return
  if (findExim() === undefined) {
    missing(t, `needs ${unpackedAt('exim4-daemon-light')}`)
    return
  }
  const { code, said } = await runInternet(['--slice'])
  assert.equal(code, 0, said)
})
