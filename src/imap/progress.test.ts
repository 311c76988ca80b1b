import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { ImapPeer } from '../../test/support/imap-peer.ts'
import { openRealStore } from '../../test/support/real-store.ts'
import { ManualClock } from '../base/clock.ts'
import { progressEveryMs } from './limits.ts'
import { openWorld } from './test/world.ts'

/** On which a search takes long: whoever looks at it finds it later than the last. */
class HastyClock extends ManualClock {
  isHasty = false

  override now(): number {
    if (this.isHasty) this.advance(progressEveryMs)
    return super.now()
  }
}

test('a search that takes long says how far it is, under its tag', async () => {
  await using ground = await openRealStore()
  const clock = new HastyClock()
  await using world = await openWorld({ ...ground, clock })
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  const socket = connect({ host, port })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => void socket.destroy())
  await once(socket, 'connect')
  const peer = new ImapPeer('tamar', socket, socket)
  await peer.greet()
  for (const command of ['LOGIN alice secret', 'SELECT Sample']) await peer.command(command)
  const quick = await peer.command('SEARCH TEXT road')
  assert.deepEqual(quick.untagged, [['SEARCH', '1', '3']])
  clock.isHasty = true
  const { untagged, status } = await peer.command('SEARCH TEXT road')
  clock.isHasty = false
  assert.equal(status, 'OK')
  assert.deepEqual(untagged.at(-1), ['SEARCH', '1', '3'])
  const told = untagged.slice(0, -1).map((words) => words.join(' '))
  assert.notEqual(told.length, 0)
  for (const each of told) assert.match(each, /^OK \[INPROGRESS \("t4" \d \d\)\] Still at work$/)
})
