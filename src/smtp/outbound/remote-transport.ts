/**
 * The queue's transport to other systems: finds who takes mail for a domain and hands it over, many
 * recipients at once, over connections that are used again.
 */
import { domainToASCII } from 'node:url'
import type { Clock } from '../../base/clock.ts'
import type { MailResolver } from '../../dns/types.ts'
import type { Attempt, Outcome, QueuedMessage, QueueReply, Transport } from '../../queue/types.ts'
import type { NoteTlsSession } from '../../report/tls/types.ts'
import type { OutboundConnection } from './connection.ts'
import { transactionKeyOf, exchange } from './exchange.ts'
import { findRoute, type Route } from './find-route.ts'
import type { StsPolicies } from './mta-sts/policies.ts'
import { deadMax, deadMs, recipientsMax } from './limits.ts'
import { Pool } from './pool.ts'
import { reach, Unreachable, type NoteSession } from './reach.ts'
import { ourReplies, outcomeOf } from './replies.ts'

export interface SmartHost {
  readonly host: string
  readonly port: number
}

export interface RemoteTransportOptions {
  readonly resolver: MailResolver
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly hostname: string
  /** 25, but on a machine where everything is tried on itself. */
  readonly port: number
  readonly mayUseLoopback: boolean
  /** Everything goes there, encrypted and with a certificate that is trusted for its name. */
  readonly smartHost?: SmartHost
  /** What other domains say of their servers. */
  readonly sts: StsPolicies
  readonly rules: OutboundRules
  /** Hears how each session with a server of another domain began. RFC 8460. */
  readonly noteTls?: NoteTlsSession
}

/** What the government says itself of single domains, in A-label form. */
export interface OutboundRules {
  /** By another way than the DNS says; encrypted and with a certificate that is trusted for its name. */
  routeTo(domain: string): SmartHost | undefined
  /** Only to these hosts, and only over verified TLS. */
  hostsOf(domain: string): readonly string[] | undefined
}

export function createRemoteTransport(options: RemoteTransportOptions): Transport & Disposable {
  return new RemoteTransport(options)
}

const nothing = { policy: undefined, failure: undefined }

function ours({ host }: SmartHost): Hosts {
  return { kind: 'hosts', hosts: [host], isSecure: true }
}

interface Target {
  readonly domain: string
  /** In A-label form. */
  readonly name: string
  readonly way: SmartHost | undefined
  readonly needsVerified: boolean
  /** A report of ours about TLS would otherwise be the reason for the next one. */
  readonly isCounted: boolean
  /** Sessions of one key are as good as each other. */
  readonly key: string
}

type Hosts = Extract<Route, { kind: 'hosts' }>

class RemoteTransport implements Transport, Disposable {
  readonly #options: RemoteTransportOptions
  readonly #pool = new Pool()
  /** Destinations none of whose hosts answered, and until when they are let alone. */
  readonly #dead = new Map<string, number>()

  constructor(options: RemoteTransportOptions) {
    this.#options = options
  }

  async send(message: QueuedMessage, attempts: readonly Attempt[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<Attempt, Outcome>()
    await Promise.all(
      groupsOf(attempts).map(async (group) => {
        const found = await this.#sendGroup(message, group)
        for (const [at, attempt] of group.entries()) {
          const outcome = found[at]
          if (outcome !== undefined) outcomes.set(attempt, outcome)
        }
      }),
    )
    return attempts.map((attempt) => outcomes.get(attempt) ?? outcomeOf(ourReplies.broken))
  }

  forgetSilence(): void {
    this.#dead.clear()
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]()
  }

  /** All of one domain. */
  async #sendGroup(message: QueuedMessage, group: readonly Attempt[]): Promise<readonly Outcome[]> {
    const target = this.#targetOf(domainOf(group[0]?.forwardPath ?? ''), message)
    const { domain, key, needsVerified } = target
    const all = (outcome: Outcome) => group.map(() => outcome)
    const silent = (reply: QueueReply) => all(needsVerified ? outcomeOf(reply) : unanswered(reply))
    if (this.#isDead(key)) return silent(ourReplies.noAnswer)
    try {
      // Over a session that is open already nothing is looked up.
      const open = async () => {
        // Found out while this one waited for its turn.
        if (this.#isDead(key)) throw new Unreachable(ourReplies.noAnswer)
        const { way } = target
        const route = way === undefined ? await findRoute(this.#options, domain) : ours(way)
        if (route.kind === 'none') throw new NoRoute(route.reply)
        return this.#open(target, route)
      }
      return await this.#pool.use(key, open, (connection) =>
        exchange(connection, message, group, this.#options.clock.now()),
      )
    } catch (error) {
      if (error instanceof NoRoute) return all(outcomeOf(error.reply))
      if (!(error instanceof Unreachable)) throw error
      this.#bury(key)
      return silent(error.reply)
    }
  }

  #targetOf(domain: string, { envelope }: QueuedMessage): Target {
    const { rules, smartHost } = this.#options
    const { requiresTls, requiresVerifiedTls = false } = envelope
    const needsVerified = requiresTls || requiresVerifiedTls
    const name = domainToASCII(domain)
    const way = rules.routeTo(name) ?? smartHost
    const where = way === undefined ? domain : `${way.host}:${way.port}`
    // A session that is good enough for most is not for a message that needs to know who is there.
    const key = needsVerified ? `${where} verified` : where
    return { domain, name, way, needsVerified, isCounted: envelope.reversePath !== '', key }
  }

  #isDead(key: string): boolean {
    return (this.#dead.get(key) ?? 0) > this.#options.clock.now()
  }

  async #open(target: Target, route: Hosts): Promise<OutboundConnection> {
    const { sts, rules } = this.#options
    const { name, way, needsVerified, isCounted } = target
    if (way !== undefined) {
      // Who configured it knows where it is.
      const parts = { ...this.#options, port: way.port, mayUseLoopback: true, note: undefined }
      const facts = { domain: name, isMxSecure: false, sts: undefined, forcedHosts: [way.host] }
      return reach(parts, route.hosts, { ...facts, needsVerified })
    }
    // An address has no policy.
    const { policy, failure } = route.isLiteral ? nothing : await sts.find(name)
    const note = isCounted && !route.isLiteral ? this.#noteOf(name) : undefined
    if (failure !== undefined) note?.({ policy: 'sts', policyLines: [], policyHosts: [], failure })
    const forcedHosts = rules.hostsOf(name)
    const facts = { domain: name, isMxSecure: route.isSecure, sts: policy, forcedHosts }
    return reach({ ...this.#options, note }, route.hosts, { ...facts, needsVerified })
  }

  #noteOf(domain: string): NoteSession | undefined {
    const { noteTls } = this.#options
    return noteTls && ((session) => noteTls(domain, session))
  }

  #bury(key: string): void {
    const now = this.#options.clock.now()
    if (this.#dead.size >= deadMax)
      for (const [name, until] of this.#dead) if (until <= now) this.#dead.delete(name)
    if (this.#dead.size < deadMax) this.#dead.set(key, now + deadMs)
  }
}

/** Nobody takes mail for the domain, or nobody knows who does. */
class NoRoute extends Error {
  override readonly name = 'NoRoute'
  readonly reply: QueueReply

  constructor(reply: QueueReply) {
    super('no route')
    this.reply = reply
  }
}

function unanswered(reply: QueueReply): Outcome {
  const outcome = outcomeOf(reply)
  return outcome.result === 'deferred' ? { ...outcome, isUnanswered: true } : outcome
}

function domainOf(forwardPath: string): string {
  return forwardPath.slice(forwardPath.lastIndexOf('@') + 1).toLowerCase()
}

/** By domain, what they want of DSN and how it came to be for them, at most as many as every server takes. */
function groupsOf(attempts: readonly Attempt[]): readonly (readonly Attempt[])[] {
  const groups = Map.groupBy(
    attempts,
    (attempt) => `${domainOf(attempt.forwardPath)} ${transactionKeyOf(attempt)}`,
  )
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / recipientsMax) }, (_, at) =>
      group.slice(at * recipientsMax, (at + 1) * recipientsMax),
    ),
  )
}
