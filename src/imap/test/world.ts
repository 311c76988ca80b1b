/**
 * A small government for one session: Alice and Bob of one department, a post both hold, a shared mailbox each
 * may use differently, and an IMAP server before them. The store is whichever the test brings.
 */
import type { ManualClock } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import type { Delegations } from '../../access/delegations.ts'
import type { AccountGrant, Principal } from '../../access/types.ts'
import type { AccountKind, Store } from '../../store/types.ts'
import type { ImapLimits } from '../limits.ts'
import { createImapServer, type ImapServer } from '../server.ts'
import type { ListenAt } from '../../net/listener.ts'
import type { TlsSource } from '../../net/tls.ts'
import { createFakeDelegations } from './fake-delegations.ts'
import { createFakeAccess, type FakeAccess, type FakePerson } from './fake-access.ts'
import { chineseMessage, emptyMessage, nestedMessage, plainMessage } from './messages.ts'

export interface WorldOptions {
  readonly store: Store
  readonly clock: ManualClock
  /** Makes an account with its keys. */
  readonly createAccount: (kind: AccountKind, limitOctets?: number) => Promise<string>
  readonly limits?: Partial<ImapLimits>
  readonly listen?: ListenAt
  readonly tls?: TlsSource
}

export interface World extends AsyncDisposable {
  readonly server: ImapServer
  readonly access: FakeAccess
  readonly store: Store
  readonly delegations: Delegations
  readonly alice: Principal
  readonly aliceAccount: string
  /** The account of the post Alice holds. */
  readonly post: string
}

const allRights = 'lrswipkxtea'

export async function openWorld(options: WorldOptions): Promise<World> {
  const { store, clock, createAccount } = options
  const aliceAccount = await createAccount('person')
  const bobAccount = await createAccount('person', 2_000)
  const post = await createAccount('post')
  const desk = await createAccount('shared')
  const registry = await createAccount('shared')
  const alice = principalOf('alice@td.example', clock)
  const bob = principalOf('bob@td.example', clock)
  const postGrant = grantOf(post, { kind: 'post', basis: 'held', name: 'SEO(A)2' })
  const people = new Map<string, FakePerson>([
    [
      'alice',
      {
        password: 'secret',
        principal: alice,
        opens: ['jmap'],
        grants: [
          grantOf(aliceAccount),
          postGrant,
          grantOf(desk, { kind: 'shared', basis: 'member', name: 'Desk' }),
        ],
      },
    ],
    [
      'bob',
      {
        password: 'secret',
        principal: bob,
        grants: [
          grantOf(bobAccount),
          postGrant,
          grantOf(desk, { kind: 'shared', basis: 'member', name: 'Desk', rights: 'lr' }),
          grantOf(registry, {
            kind: 'shared',
            basis: 'member',
            name: 'Registry',
            rights: 'lrswi',
          }),
        ],
      },
    ],
  ])
  const opened: Principal = { ...principalOf('alice@td.example', clock), openedAs: post }
  people.set('alice+post', { password: 'secret', principal: opened, grants: [postGrant] })
  await fill(store, aliceAccount, alice)
  const access = createFakeAccess(people)
  const delegations = createFakeDelegations(alice.address, [alice.address, bob.address])
  const server = await createImapServer({
    store,
    access,
    delegations,
    clock,
    jmapUrl: () => 'https://mail.td.example/jmap/session',
    listen: [options.listen ?? { host: '127.0.0.1', port: 0, tls: 'none' }],
    ...(options.tls !== undefined && { tls: options.tls }),
    ...(options.limits !== undefined && { limits: options.limits }),
    log: { info: () => undefined, warn: () => undefined, error: console.error },
  })
  return {
    server,
    access,
    delegations,
    store,
    alice,
    aliceAccount,
    post,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function principalOf(address: string, clock: ManualClock): Principal {
  return {
    id: newId(clock),
    departmentId: 'd',
    address,
    openedAs: undefined,
    sessionId: newId(clock),
  }
}

function grantOf(accountId: string, rest: Partial<AccountGrant> = {}): AccountGrant {
  return {
    accountId,
    departmentId: 'd',
    kind: 'person',
    basis: 'own',
    name: '',
    rights: allRights,
    address: 'somebody@td.example',
    ...rest,
  }
}

async function fill(store: Store, account: string, { id: viewer }: Principal): Promise<void> {
  const { id } = await store.createMailbox(account, 'Sample')
  const messages = [plainMessage, chineseMessage, nestedMessage, emptyMessage]
  for (const [at, octets] of messages.entries()) {
    const receivedAt = Date.UTC(2026, 0, 5 + at, 1)
    await store.append(account, id, [{ octets, flags: 0, keywords: [], receivedAt }], viewer)
  }
}
