/** A transport with one far server behind every name, and what the DNS says of it. */
import { ManualClock } from '../../src/base/clock.ts'
import type { MailResolver, TlsaRecord } from '../../src/dns/types.ts'
import type { Attempt, Outcome, QueuedMessage, QueueEnvelope } from '../../src/queue/types.ts'
import type { TlsSession } from '../../src/report/tls/types.ts'
import type { StsPolicies } from '../../src/smtp/outbound/mta-sts/policies.ts'
import type { StsPolicy } from '../../src/smtp/outbound/mta-sts/types.ts'
import {
  createRemoteTransport,
  type OutboundRules,
} from '../../src/smtp/outbound/remote-transport.ts'
import { FarServer, type FarServerOptions } from './far-server.ts'

export interface FakeDns {
  /** As if all of it had been validated. */
  readonly isSigned?: boolean
  readonly tlsa?: readonly TlsaRecord[]
}

/** Each domain has `mx.` before it as its server, on loopback. */
export function fakeResolver({ isSigned = false, tlsa = [] }: FakeDns = {}): MailResolver {
  const answer = <T>(name: string, records: readonly T[]) => ({ records, isSecure: isSigned, name })
  return {
    mailExchanges: async (name) => answer(name, [{ preference: 10, host: `mx.${name}` }]),
    addresses: async (name) => answer(name, ['127.0.0.1']),
    tlsa: async (name) => answer(name, tlsa),
    alias: async (name) => answer<string>(name, []),
    texts: async () => [],
  }
}

export const noPolicies: StsPolicies = {
  find: async () => ({ policy: undefined, failure: undefined }),
}

export function policyOf(policy: StsPolicy): StsPolicies {
  return { find: async () => ({ policy, failure: undefined }) }
}

export const noRules: OutboundRules = { routeTo: () => undefined, hostsOf: () => undefined }

export async function openFar(
  options: FarServerOptions = {},
  dns: FakeDns = {},
  sts: StsPolicies = noPolicies,
  rules: Partial<OutboundRules> = {},
) {
  const far = await FarServer.start(options)
  const clock = new ManualClock()
  const noted: (readonly [string, TlsSession])[] = []
  const transport = createRemoteTransport({
    resolver: fakeResolver(dns),
    sts,
    rules: { ...noRules, ...rules },
    clock,
    random: () => 0,
    hostname: 'mail.gov.example',
    port: far.port,
    mayUseLoopback: true,
    noteTls: (domain, session) => void noted.push([domain, session]),
  })
  return {
    far,
    /** What would be reported of the sessions. */
    noted,
    clock,
    transport,
    send: (to: readonly string[], more: Partial<QueueEnvelope> = {}) =>
      transport.send(messageOf(more), to.map(attemptOf)),
    [Symbol.asyncDispose]: async () => {
      transport[Symbol.dispose]()
      await far[Symbol.asyncDispose]()
    },
  }
}

export function messageOf(more: Partial<QueueEnvelope>): QueuedMessage {
  return {
    id: 'a message',
    envelope: {
      reversePath: 'wl.chan@td.gov.example',
      isSmtpUtf8: false,
      requiresTls: false,
      messageId: 'an id',
      ...more,
    },
    octets: 40,
    queuedAt: 0,
    expiresAt: 1,
    content: async () => Buffer.from('Subject: hello\r\n\r\n.a line with a dot\r\n'),
  }
}

export function attemptOf(forwardPath: string, recipient: number): Attempt {
  return { forwardPath, recipient, attempts: 1 }
}

export const said = (outcome: Outcome | undefined) =>
  outcome !== undefined && 'reply' in outcome
    ? [outcome.result, outcome.reply.code, outcome.reply.enhanced]
    : outcome
