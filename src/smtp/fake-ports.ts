/** Fakes at the ports of this room, for its tests: they record, and refuse what its name says. */
import type { Access, Attempt, Principal, SaslExchange, SaslStep } from '../access/types.ts'
import { Refusal } from '../base/refusal.ts'
import type { Delivered, Delivery, Envelope, Peer, RecipientWish } from '../delivery/types.ts'

export interface Recorded {
  readonly peer: Peer
  readonly principal: Principal | undefined
  readonly envelope: Envelope
  readonly recipients: readonly RecipientWish[]
  readonly message: Buffer
}

/** Local parts that are refused, at RCPT or after DATA. */
const refusedAtRcpt = {
  nobody: 'no-such-address',
  full: 'over-quota',
  suspended: 'suspended',
  closed: 'list-closed',
  elsewhere: 'relay-denied',
} as const

export class FakeDelivery implements Delivery {
  readonly messages: Recorded[] = []
  #gate: Promise<void> = Promise.resolve()
  #begun = Promise.withResolvers<void>()
  /** Thrown instead of taking the next message. */
  failure: Error | undefined

  async checkRecipient(_envelope: Envelope, { forwardPath }: RecipientWish): Promise<void> {
    const localPart = forwardPath.split('@')[0] ?? ''
    if (localPart === 'broken') throw new Error('a fault of ours')
    if (Object.hasOwn(refusedAtRcpt, localPart)) {
      // The key is one of the table's by the line above.
      throw new Refusal(refusedAtRcpt[localPart as keyof typeof refusedAtRcpt])
    }
  }

  checkSender(principal: Principal, reversePath: string): void {
    if (reversePath !== principal.address) throw new Refusal('sender-not-yours')
  }

  priorityFor(_principal: Principal, asked: number | undefined): number | undefined {
    return asked && Math.min(asked, 3)
  }

  checkSubmissionRecipient(
    _principal: Principal,
    envelope: Envelope,
    recipient: RecipientWish,
  ): Promise<void> {
    return this.checkRecipient(envelope, recipient)
  }

  async checkSubmission(): Promise<void> {
    throw new TypeError('not asked by SMTP')
  }

  release(): Promise<boolean> {
    throw new TypeError('not asked by SMTP')
  }

  deliver(
    peer: Peer,
    envelope: Envelope,
    recipients: readonly RecipientWish[],
    message: Buffer,
  ): Promise<Delivered> {
    return this.#take({ peer, principal: undefined, envelope, recipients, message })
  }

  submit(
    principal: Principal,
    peer: Peer,
    envelope: Envelope,
    recipients: readonly RecipientWish[],
    message: Buffer,
  ): Promise<Delivered> {
    return this.#take({ peer, principal, envelope, recipients, message })
  }

  /** Takes no message until the gate resolves. @returns when the next message waits at it. */
  hold(gate: Promise<void>): Promise<void> {
    this.#gate = gate
    this.#begun = Promise.withResolvers<void>()
    return this.#begun.promise
  }

  async #take(recorded: Recorded): Promise<Delivered> {
    this.#begun.resolve()
    await this.#gate
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) throw failure
    this.messages.push(recorded)
    return { messageId: `m${this.messages.length}`, accepted: recorded.recipients.length }
  }
}

export const user: Principal = {
  id: 'p1',
  departmentId: 'd1',
  address: 'user@gov.example',
  openedAs: undefined,
  sessionId: 's1',
}

/** Knows one user with one password; its SCRAM has the steps of SCRAM and none of its arithmetic. */
export class FakeAccess implements Access {
  readonly attempts: Attempt[] = []
  readonly signedOut: Principal[] = []
  readonly #listeners = new Set<() => void>()

  async signIn(_attempt: Attempt, identity: string, password: string): Promise<Principal> {
    if (identity === 'throttled') throw new Refusal('throttled')
    if (identity !== user.address || password !== 'secret') throw new Refusal('bad-credentials')
    return user
  }

  mechanisms(): readonly string[] {
    return ['PLAIN', 'LOGIN', 'SCRAM-SHA-256']
  }

  sasl(attempt: Attempt, mechanism: string): SaslExchange | undefined {
    this.attempts.push(attempt)
    const check = (identity = '', password = '') => this.signIn(attempt, identity, password)
    if (mechanism === 'PLAIN') return new FakePlain(check)
    if (mechanism === 'LOGIN') return new FakeLogin(check)
    return mechanism === 'SCRAM-SHA-256' ? new FakeScram() : undefined
  }

  resume(): never {
    throw new TypeError('not asked by SMTP')
  }

  signOut(principal: Principal): void {
    this.signedOut.push(principal)
  }

  opensToo(): false {
    return false
  }

  accountsOf(): readonly [] {
    return []
  }

  permit(): undefined {
    return undefined
  }

  async recordRead(): Promise<void> {}

  async recordSearch(): Promise<void> {}

  async recordChange(): Promise<void> {}

  maySendAs(): undefined {
    return undefined
  }

  maySendOnBehalf(): undefined {
    return undefined
  }

  async recordSend(): Promise<void> {}
  noteRefused(): void {}

  onRevoked(_principal: Principal, listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  revoke(): void {
    for (const listener of this.#listeners) listener()
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

type Check = (identity?: string, password?: string) => Promise<Principal>

class FakePlain implements SaslExchange {
  readonly #check: Check

  constructor(check: Check) {
    this.#check = check
  }

  async next(response: Buffer): Promise<SaslStep> {
    const [, identity, password] = response.toString().split('\0')
    return { kind: 'done', principal: await this.#check(identity, password) }
  }
}

class FakeLogin implements SaslExchange {
  readonly #check: Check
  #identity: string | undefined

  constructor(check: Check) {
    this.#check = check
  }

  async next(response: Buffer): Promise<SaslStep> {
    if (response.length === 0) return { kind: 'challenge', octets: Buffer.from('Username:') }
    if (this.#identity === undefined) {
      this.#identity = response.toString()
      return { kind: 'challenge', octets: Buffer.from('Password:') }
    }
    return { kind: 'done', principal: await this.#check(this.#identity, response.toString()) }
  }
}

class FakeScram implements SaslExchange {
  #step = 0

  async next(response: Buffer): Promise<SaslStep> {
    const text = response.toString()
    if (this.#step++ === 0) return { kind: 'challenge', octets: Buffer.from(`r=${text}-server`) }
    if (text !== 'proof') throw new Refusal('bad-credentials')
    return { kind: 'done', principal: user, octets: Buffer.from('v=signature') }
  }
}
