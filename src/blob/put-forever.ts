/** Puts objects and names each once it is acknowledged, until it is killed: for the kill test. */
import { writeSync } from 'node:fs'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { openDirectoryStore } from './directory-store.ts'

const store = await openDirectoryStore({ root: process.argv[2] ?? '', clock: systemClock })
const content = Buffer.alloc(200_000, 7)

async function putForever(): Promise<never> {
  for (;;) {
    const id = newId(systemClock)
    await store.put(id, content)
    writeSync(1, `${id}\n`)
  }
}

await Promise.all([putForever(), putForever(), putForever()])
