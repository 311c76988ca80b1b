/** What the audit process says of itself and of those who ask it, in its own chain. */
import type { Clock } from '../../../base/clock.ts'
import type { ChainBreak } from '../intake.ts'
import type { Enrolled } from '../enrolment.ts'
import { OnceAMinute } from './once-a-minute.ts'
import type { OwnChain } from './own-chain.ts'

/** Asked for with the auditors' case and the directorate's word; sealed to the auditors. */
export interface Resolution {
  readonly pseudonyms: readonly string[]
  readonly ticket: string
  readonly approvedBy: string
}

export interface OwnEntries {
  begin(): Promise<void>
  /** Before an auditor is given something of the log: once a minute for each. */
  reads({ name }: Enrolled): Promise<void>
  /** Before names are looked up. @returns the entry's number. */
  resolves(by: Enrolled, resolution: Resolution): Promise<number>
  /** Somebody asked for what he may not; `who` is undefined for one who is not enrolled. */
  refuses(who: Enrolled | undefined, act: string, remoteAddress: string | undefined): Promise<void>
  broken(broken: ChainBreak): Promise<void>
  enrols(event: 'enrol' | 'revoke', enrolled: Enrolled): Promise<void>
  end(): Promise<void>
}

export function createOwnEntries(chain: OwnChain, nodeId: string, clock: Clock): OwnEntries {
  const once = new OnceAMinute(clock)
  return {
    begin: async () => void (await chain.record({ kind: 'node', event: 'start', nodeId })),
    reads: ({ name: principalId, role }) =>
      once.do(`reads ${principalId}`, () =>
        chain.record({ kind: 'audit-read', event: 'export', principalId, role }),
      ),
    resolves: ({ name: principalId, role }, { pseudonyms, ticket, approvedBy }) =>
      chain.record({
        kind: 'audit-read',
        event: 'resolve',
        principalId,
        role,
        ticket,
        reason: `approved by ${approvedBy}`,
        query: pseudonyms.join(' '),
        count: pseudonyms.length,
      }),
    refuses: (who, act, remoteAddress) =>
      once.do(`refuses ${who?.name ?? remoteAddress} ${act}`, () =>
        chain.record({
          kind: 'refused',
          act,
          ...(who === undefined ? {} : { principalId: who.name, role: who.role }),
          ...(remoteAddress === undefined ? {} : { remoteAddress }),
          code: who === undefined ? 'not-enrolled' : 'not-permitted',
        }),
      ),
    broken: ({ node, seq, what }) =>
      once.do(`broken ${node}`, () =>
        chain.record({
          kind: 'refused',
          act: 'audit.entries',
          objectId: `${node}/${seq}`,
          code: what,
        }),
      ),
    enrols: async (event, { name: ofPrincipalId, role: granted, fingerprint: credentialId }) => {
      const about = { ofPrincipalId, granted, credentialId } as const
      await chain.record({ kind: 'credential', event, credential: 'certificate', ...about })
    },
    end: async () => {
      await chain.record({ kind: 'node', event: 'stop', nodeId })
      await chain.idle()
    },
  }
}
