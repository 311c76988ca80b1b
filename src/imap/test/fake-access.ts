/** Who may what, in a table of a test's own: stands in for the gate at the port `Access`. */
import type {
  Access,
  AccountGrant,
  Act,
  Door,
  MailChange,
  MailSearch,
  Principal,
  SaslExchange,
} from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'

export interface FakePerson {
  readonly password: string
  readonly principal: Principal
  readonly grants: readonly AccountGrant[]
  /** Doors that his password opens besides this one; none when undefined. */
  readonly opens?: readonly Door[]
}

export interface FakeAccess extends Access {
  readonly reads: { accountId: string; mailboxId: string; uids: readonly number[] }[]
  readonly searches: ({ accountId: string; mailboxId: string } & MailSearch)[]
  readonly changes: ({ accountId: string; mailboxId: string } & MailChange)[]
  /** The person's sessions must end. */
  revoke(principalId: string): void
  /** He no longer reaches the account: a holding has ended. */
  withdraw(principalId: string, accountId: string): void
}

const letters: Partial<Record<Act, string>> = {
  'mail.lookup': 'l',
  'mail.read': 'r',
  'mail.seen': 's',
  'mail.write': 'w',
  'mail.insert': 'i',
  'mail.submit': 'p',
  'mail.create': 'k',
  'mail.delete-mailbox': 'x',
  'mail.delete-message': 't',
  'mail.expunge': 'e',
  'mail.recover': 'e',
  'mail.administer': 'a',
}

export function createFakeAccess(people: ReadonlyMap<string, FakePerson>): FakeAccess {
  const listeners = new Map<() => void, string>()
  const withdrawn = new Set<string>()
  const personOf = ({ id }: Principal) =>
    [...people.values()].find(({ principal }) => principal.id === id)
  const grantsOf = (principal: Principal) => {
    const { id } = principal
    const person = personOf(principal)
    return (person?.grants ?? []).filter(({ accountId }) => !withdrawn.has(`${id} ${accountId}`))
  }
  const signIn = async (identity: string, password: string): Promise<Principal> => {
    const person = people.get(identity)
    if (person?.password !== password) throw new Refusal('bad-credentials')
    return person.principal
  }
  const reads: FakeAccess['reads'] = []
  const searches: FakeAccess['searches'] = []
  const changes: FakeAccess['changes'] = []
  return {
    reads,
    searches,
    changes,
    signIn: (_, identity, password) => signIn(identity, password),
    mechanisms: () => ['PLAIN'],
    sasl: (_, mechanism) => (mechanism === 'PLAIN' ? plain(signIn) : undefined),
    signOut: () => undefined,
    opensToo: (principal, door) => personOf(principal)?.opens?.includes(door) === true,
    accountsOf: grantsOf,
    permit(principal, act, { accountId }) {
      if (act === 'directory.look-up' || act.startsWith('push.')) return undefined
      const grant = grantsOf(principal).find((each) => each.accountId === accountId)
      const letter = letters[act] ?? (/^(?:filter|vacation)\./.test(act) ? 'own' : undefined)
      if (letter === 'own' && (grant?.basis === 'own' || grant?.basis === 'held')) return grant
      if (grant === undefined || letter === undefined || !grant.rights.includes(letter)) {
        throw new Refusal('not-permitted')
      }
      return grant
    },
    async recordRead(_, { accountId, mailboxId }, uids) {
      reads.push({ accountId, mailboxId, uids })
    },
    async recordSearch(_, { accountId, mailboxId }, search) {
      searches.push({ accountId, mailboxId, ...search })
      const { uids } = search
      if (uids.length > 0) reads.push({ accountId, mailboxId, uids })
    },
    async recordChange(_, { accountId, mailboxId }, change) {
      changes.push({ accountId, mailboxId, ...change })
    },
    maySendAs: () => undefined,
    maySendOnBehalf: () => undefined,
    recordSend: async () => undefined,
    resume: (principal) => ({ principal, [Symbol.dispose]: () => undefined }),
    noteRefused: () => undefined,
    onRevoked(principal, listener) {
      listeners.set(listener, principal.id)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    revoke(principalId) {
      for (const [listener, id] of listeners) if (id === principalId) listener()
    },
    withdraw(principalId, accountId) {
      withdrawn.add(`${principalId} ${accountId}`)
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** RFC 4616. */
function plain(signIn: (identity: string, password: string) => Promise<Principal>): SaslExchange {
  return {
    async next(response) {
      const [, identity = '', password = ''] = response.toString().split('\0')
      return { kind: 'done', principal: await signIn(identity, password) }
    },
  }
}
