import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openRealStore } from '../../test/support/real-store.ts'
import { connected, runTranscript } from '../../test/support/transcript.ts'
import { openWorld } from './test/world.ts'

const folder = join(import.meta.dirname, '../../test/sessions/imap')

describe('IMAP sessions', () => {
  let ground: Awaited<ReturnType<typeof openRealStore>>
  before(async () => {
    ground = await openRealStore()
  })
  after(() => ground[Symbol.asyncDispose]())

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.session'))) {
    it(`goes as ${file} says`, async () => {
      await using world = await openWorld(ground)
      const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
      await runTranscript(readFileSync(join(folder, file), 'utf8'), {
        connect: () => connected(connect({ host, port })),
      })
    })
  }
})
