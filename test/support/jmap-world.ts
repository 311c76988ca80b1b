/**
 * A small government before the JMAP door, over HTTPS: Alice and Bob, a post both hold, a shared mailbox Bob
 * may only read. The store is real; who may what stands in a table.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Audit } from '../../src/audit/types.ts'
import type { Shown } from '../../src/access/principal-book.ts'
import type { AccountGrant, Asked as AskedOfGate, Principal } from '../../src/access/types.ts'
import { systemClock } from '../../src/base/clock.ts'
import { newId } from '../../src/base/id.ts'
import { Refusal } from '../../src/base/refusal.ts'
import { sendHeldMail } from '../../src/delivery/held-mail.ts'
import type { Vacation } from '../../src/directory/types.ts'
import type { Delivery, Envelope, RecipientWish } from '../../src/delivery/types.ts'
import type { QueueReply } from '../../src/queue/types.ts'
import type { CopyFate } from '../../src/store/submissions/submissions.ts'
import { AddressBook } from '../../src/directory/address-book.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { createOwnScripts } from '../../src/delivery/sieve/own-scripts.ts'
import { createFakeAccess, type FakePerson } from '../../src/imap/test/fake-access.ts'
import { PacedAddressBook } from '../../src/jmap/directory/pace.ts'
import { createFakeDelegations } from '../../src/imap/test/fake-delegations.ts'
import type { JmapParts, PushPart } from '../../src/jmap/ports.ts'
import { addJmapRoutes } from '../../src/jmap/routes.ts'
import { ensureCertificates } from '../../src/net/certificates.ts'
import { MemoryBudget } from '../../src/net/memory-budget.ts'
import { createTlsSource } from '../../src/net/tls.ts'
import { createTelemetry } from '../../src/telemetry/create-telemetry.ts'
import { openGovernmentOfOne } from './government-of-one.ts'
import { openRealStore } from './real-store.ts'

export const core = 'urn:ietf:params:jmap:core'
export const mail = 'urn:ietf:params:jmap:mail'
export const submission = 'urn:ietf:params:jmap:submission'
export const blob = 'urn:ietf:params:jmap:blob'
export const mdn = 'urn:ietf:params:jmap:mdn'
export const vacation = 'urn:ietf:params:jmap:vacationresponse'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly octets: Buffer
  /** What tests read field by field. */
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer is read by assertions alone
  readonly body: any
}

export interface Asked {
  readonly method?: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  readonly who?: string
}

export interface Sent {
  readonly envelope: Envelope
  readonly recipients: readonly RecipientWish[]
  readonly message: string
}

const allRights = 'lrswipkxtea'

export interface WorldOptions {
  /** Pushes to devices. */
  readonly push?: (ground: PushGround) => PushPart
}

/** What a test that pushes makes its parts of. */
export type PushGround = Pick<
  Awaited<ReturnType<typeof openRealStore>>,
  'database' | 'keys' | 'clock'
> & { readonly audit: Audit }

export async function openJmapWorld({ push }: WorldOptions = {}) {
  const stack = new AsyncDisposableStack()
  const ground = stack.use(await openRealStore())
  const { store, clock } = ground
  const createAccount = (...args: Parameters<typeof ground.createAccount>) =>
    ground.createAccount(...args)
  const government = stack.use(await openGovernmentOfOne(ground))
  const ids = {
    alice: government.accountId,
    bob: await createAccount('person', 50_000),
    post: await createAccount('post'),
    desk: await createAccount('shared'),
  }
  const principalOf = (name: string): Principal => ({
    id: newId(clock),
    departmentId: 'd',
    address: `${name}@td.example`,
    openedAs: undefined,
    sessionId: newId(clock),
  })
  const grantOf = (accountId: string, rest: Partial<AccountGrant> = {}): AccountGrant => ({
    accountId,
    departmentId: 'd',
    kind: 'person',
    basis: 'own',
    name: '',
    rights: allRights,
    address: 'somebody@td.example',
    ...rest,
  })
  const post = grantOf(ids.post, {
    kind: 'post',
    basis: 'held',
    name: 'SEO',
    address: 'seo@td.example',
  })
  const desk = {
    kind: 'shared',
    basis: 'member',
    name: 'Desk',
    address: 'desk@td.example',
  } as const
  const alice = { ...principalOf('alice'), id: government.personId }
  const bob = principalOf('bob')
  const people = new Map<string, FakePerson>([
    [
      'alice',
      {
        password: 'secret',
        principal: alice,
        grants: [grantOf(ids.alice, { address: alice.address }), post, grantOf(ids.desk, desk)],
      },
    ],
    [
      'bob',
      {
        password: 'secret',
        principal: bob,
        grants: [
          grantOf(ids.bob, { address: bob.address }),
          grantOf(ids.desk, { ...desk, rights: 'lr' }),
        ],
      },
    ],
  ])
  const access = createFakeAccess(people)
  let signIns = 0
  const counted = {
    ...access,
    signIn: (...args: Parameters<typeof access.signIn>) => {
      signIns += 1
      return access.signIn(...args)
    },
  }
  const sent: Sent[] = []
  const unknown = new Set<string>()
  /** What waits in the queue still, with what was answered last. */
  const waiting = new Map<string, QueueReply | undefined>()
  const fateOf = (forwardPath: string): CopyFate => {
    if (forwardPath.endsWith('@td.example')) return { forwardPath, result: 'arrived' }
    if (forwardPath.startsWith('full'))
      return { forwardPath, result: 'failed', reply: '552 5.2.2 Full' }
    const queuedId = newId(clock)
    waiting.set(queuedId, undefined)
    return { forwardPath, result: 'queued', queuedId, recipient: 0 }
  }
  const budget = new MemoryBudget(100_000_000)
  const delivery: Delivery = {
    checkRecipient: async () => undefined,
    deliver: async () => ({ messageId: newId(clock), accepted: 0 }),
    checkSender: (_, reversePath) => {
      if (reversePath.startsWith('evil')) throw new Refusal('sender-not-yours')
    },
    priorityFor: () => undefined,
    checkSubmissionRecipient: async (_, __, { forwardPath }) => {
      if (unknown.has(forwardPath)) throw new Refusal('no-such-address')
    },
    submit: async (_principal, _peer, envelope, recipients, message) => {
      const [first] = recipients
      if (first?.forwardPath.startsWith('busy@') === true) throw new Refusal('try-again')
      if (first?.forwardPath.startsWith('bug@') === true) throw new Error('a bug')
      sent.push({ envelope, recipients, message: message.toString() })
      const copies = recipients.map(({ forwardPath }) => fateOf(forwardPath))
      return { messageId: newId(clock), accepted: recipients.length, copies }
    },
    checkSubmission: async (_, message) => {
      if (!/^From:/im.test(message.toString())) throw new Refusal('invalid')
    },
    release: ({ envelope, recipients }, message, finish) =>
      finish(async () => void sent.push({ envelope, recipients, message: message.toString() })),
  }
  const gateFor = (principal: Principal) => async (_: unknown, asked: AskedOfGate) => {
    counted.permit(principal, asked.act, asked.object)
    return {}
  }
  const vacations = new Map<string, Vacation>()
  const directoryListeners = new Set<() => void>()
  const nobody: Shown = { entries: [], find: () => undefined, digest: 'nobody' }
  const folder = mkdtempSync(join(tmpdir(), 'tamar-jmap-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const files = await ensureCertificates({ folder, clock: systemClock })
  const ca = readFileSync(files.caPath, 'utf8')
  const tls = stack.use(createTlsSource({ ...files, clock: systemClock }))
  const faults: unknown[] = []
  const telemetry = stack.use(
    createTelemetry({ level: 'silent', destination: { write: () => undefined } }),
  )
  const addressBook = stack.use(new AddressBook(government.directory))
  const { database, keys } = ground
  const pushing = push?.({ database, keys, clock, audit: government.writing.audit })
  const parts: JmapParts = {
    store,
    access: counted,
    delivery,
    scripts: createOwnScripts({ ...government, access: { ...counted, gateFor } }),
    queue: {
      findWaiting: async (messageIds) =>
        messageIds.flatMap((messageId) =>
          waiting.has(messageId)
            ? [{ messageId, recipient: 0, lastReply: waiting.get(messageId) }]
            : [],
        ),
    },
    vacations: {
      find: (accountId) => vacations.get(accountId),
      change: async (_, accountId, change) => {
        const { version = 0, ...before } = vacations.get(accountId) ?? {}
        const none = { isEnabled: false, from: undefined, to: undefined }
        const nothing = { subject: undefined, text: undefined, html: undefined }
        const changed = { ...none, ...nothing, ...before, ...change }
        vacations.set(accountId, { ...changed, accountId, version: version + 1 })
        for (const listener of directoryListeners) listener()
      },
    },
    addressBook: new PacedAddressBook(addressBook, clock),
    findWebSession: async (token) => {
      const name = /^(\w+)-session$/.exec(token)?.[1] ?? ''
      const found = people.get(name)
      if (found === undefined) throw new Refusal('bad-credentials')
      return found.principal
    },
    sharing: {
      book: {
        shownTo: () => nobody,
        digestFor: () => nobody.digest,
        onMoved: () => new DisposableStack(),
        ownerOf: () => undefined,
      },
      delegations: createFakeDelegations(alice.address, []),
      noticesOf: () => [],
      dismiss: async () => undefined,
    },
    onDirectoryChange: (listener) => {
      const heard = government.directory.onChange(listener)
      directoryListeners.add(listener)
      return {
        [Symbol.dispose]() {
          heard[Symbol.dispose]()
          directoryListeners.delete(listener)
        },
      }
    },
    budget,
    recipientsMax: 100,
    identitiesOf: (principal) =>
      counted.accountsOf(principal).map(({ accountId, address }) => ({
        accountId,
        address,
        name: address.split('@')[0] ?? '',
      })),
    clock,
    log: { error: (_, error) => void faults.push(error) },
    messageOctetsMax: 5_000_000,
    ...(pushing && { push: pushing }),
  }
  const server = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    tls,
    telemetry,
    checks: {},
    stsPolicyOf: () => undefined,
    settings: {
      hostname: 'localhost',
      imaps: undefined,
      submissions: undefined,
      submission: undefined,
    },
    mayReadMetrics: () => false,
    readMetrics: async () => '',
    founding: {
      view: async () => undefined,
      enrol: async () => undefined,
      sign: async () => undefined,
    },
    mount: (app) => addJmapRoutes(app, parts),
  })
  stack.use(server)
  const { port } = server.address

  const ask = (path: string, { method, body, headers, who = 'alice:secret' }: Asked = {}) => {
    const answer = Promise.withResolvers<Answer>()
    const authorization = `Basic ${Buffer.from(who).toString('base64')}`
    const call = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        ca,
        path,
        agent: false,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...(who === '' ? {} : { authorization }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', answer.reject)
        response.on('end', () => {
          const octets = Buffer.concat(chunks)
          const isJson = response.headers['content-type']?.includes('json') === true
          const read: unknown = isJson ? JSON.parse(octets.toString()) : undefined
          const status = response.statusCode ?? 0
          answer.resolve({ status, headers: response.headers, octets, body: read })
        })
      },
    )
    call.on('error', answer.reject)
    call.end(body)
    return answer.promise
  }
  const post_ = (value: unknown, asked: Asked = {}) =>
    ask('/jmap/api', {
      ...asked,
      body: typeof value === 'string' ? value : JSON.stringify(value),
      headers: { 'content-type': 'application/json', ...asked.headers },
    })
  const using = [core, mail, submission, vacation, blob, mdn]
  return {
    ids,
    alice,
    bob,
    access,
    store,
    database: ground.database,
    parts,
    audit: government.writing.audit,
    clock,
    ca,
    port,
    faults,
    budget,
    sent,
    /** What was written of the directory. */
    entries: government.entries,
    /** Recipients that are nobody's. */
    unknown,
    waiting,
    /** What a node does each second. @returns how many messages left. */
    sendHeldMail: () =>
      sendHeldMail({
        store,
        delivery,
        clock,
        log: { error: (_, error) => void faults.push(error) },
      }),
    signIns: () => signIns,
    ask,
    post: post_,
    /** The responses of a request. */
    async calls(methodCalls: readonly (readonly [string, object, string?])[], who?: string) {
      const named = methodCalls.map(([name, args, id], at) => [name, args, id ?? `c${at}`])
      const { status, body } = await post_(
        { using, methodCalls: named },
        who === undefined ? {} : { who },
      )
      if (status !== 200) throw new Error(JSON.stringify(body))
      // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
      return body.methodResponses as [string, any, string][]
    },
    /** The arguments of the only response. */
    async call(name: string, args: object, who?: string) {
      const [response] = await this.calls([[name, args]], who)
      if (response === undefined) throw new Error('no response')
      return response[1]
    },
    async append(
      account: string,
      mailbox: string,
      message: string,
      receivedAt = 1_700_000_000_000,
    ) {
      const { id } = await store.mailboxByName(account, mailbox)
      const input = { octets: Buffer.from(message), flags: 0, keywords: [], receivedAt }
      const [appended] = await store.append(account, id, [input], alice.id)
      return appended?.messageId ?? ''
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type JmapWorld = Awaited<ReturnType<typeof openJmapWorld>>
