/**
 * A small filled platform on a given database: the demo government with its mail, one message large
 * enough for the object store, and one that waits in the queue.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoGovernment } from '../../src/app/demo/government.ts'
import { loadGovernment, loadMessages } from '../../src/app/demo/load.ts'
import { demoMessages } from '../../src/app/demo/messages.ts'
import { seededRandom } from '../../src/app/demo/random.ts'
import type { Audit } from '../../src/audit/types.ts'
import { ManualClock, type Clock } from '../../src/base/clock.ts'
import { openDirectoryStore } from '../../src/blob/directory-store.ts'
import type { Database } from '../../src/db/types.ts'
import { createDirectory } from '../../src/directory/directory.ts'
import { openFileMaster } from '../../src/keys/file-master.ts'
import { createKeys } from '../../src/keys/keys.ts'
import type { MasterKey } from '../../src/keys/types.ts'
import { createQueue } from '../../src/queue/create-queue.ts'
import { createStore } from '../../src/store/store.ts'
import { verifyStore } from '../../src/store/verify.ts'

/** Words that nobody but the platform may be able to read. */
export const canaries = {
  subject: 'canary-subject-5d1f0c',
  body: 'canary-body-91b2ee',
  mailbox: 'canary-mailbox-3c77aa',
  forwardPath: 'canary-queue-88f1@far.example',
} as const

const silent: Audit = {
  record: async () => undefined,
  recordAlone: async () => undefined,
  recordAcknowledged: async () => undefined,
  acknowledged: async () => undefined,
  list: async () => [],
}

/** A folder with a master key and an object store in it. */
export async function openPlace(clock: Clock = new ManualClock()) {
  const stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tamar-recovery-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'master.key')
  const master = stack.use(await openFileMaster({ path, createIfMissing: true }))
  const objects = stack.use(await openDirectoryStore({ root: join(folder, 'objects'), clock }))
  return { folder, master, objects, clock, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

export type Place = Awaited<ReturnType<typeof openPlace>>

/** The rooms that read and write, on a database that is filled or will be. */
export async function openRooms(database: Database, place: Place, master: MasterKey) {
  const stack = new AsyncDisposableStack()
  const { clock, objects } = place
  const keys = stack.use(await createKeys({ database, master, clock }))
  const store = stack.use(await createStore({ database, keys, objects, clock, nodeId: 'a' }))
  const onAlarm = (fact: object) => {
    throw new Error(`a row does not verify: ${JSON.stringify(fact)}`)
  }
  const directory = stack.use(await createDirectory({ database, keys, onAlarm }))
  const queue = createQueue({ database, keys, clock, random: Math.random })
  return {
    keys,
    store,
    directory,
    queue,
    /** Every sentence of a walk through the whole store. */
    async findings(): Promise<readonly string[]> {
      const steps = await Array.fromAsync(verifyStore(store.context))
      return steps.flatMap((step) => step.findings.map(({ sentence }) => sentence))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type Rooms = Awaited<ReturnType<typeof openRooms>>

export async function fillPlatform(database: Database, place: Place): Promise<void> {
  await using rooms = await openRooms(database, place, place.master)
  const { keys, store, directory } = rooms
  const { clock } = place
  const writing = {
    keys,
    clock,
    audit: silent,
    actor: {},
    makeAccount: store.createAccountIn.bind(store),
    moveAccount: store.moveAccountIn.bind(store),
    requireGrant: async () => ({}),
  }
  const government = demoGovernment()
  await loadGovernment({ database, directory, writing, government })
  await loadMessages(store, directory, demoMessages(government, clock, seededRandom(1)))
  await addCanaries(rooms)
}

async function addCanaries({ store, directory, queue }: Rooms): Promise<void> {
  const [person] = directory.people()
  if (person === undefined) throw new Error('the demo has no people')
  const { accountId, id: viewer } = person
  const mailbox = await store.createMailbox(accountId, canaries.mailbox)
  const large = randomBytes(2_000_000).toString('base64')
  const octets = [canaries.body, large].map((body) =>
    Buffer.from(`Subject: ${canaries.subject}\r\n\r\n${body}\r\n`),
  )
  const inputs = octets.map((each) => ({ octets: each, flags: 0, keywords: [], receivedAt: 1 }))
  await store.append(accountId, mailbox.id, inputs, viewer)
  const content = octets[0] ?? Buffer.alloc(0)
  const { forwardPath } = canaries
  const envelope = { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: 'q1' }
  await queue.enqueue([{ envelope, content, recipients: [{ forwardPath }] }])
}
