/** Plugs the platform into the command line's API. Architecture D13. */
import { explainMail } from '../delivery/judge/explain.ts'
import type { Principal } from '../access/types.ts'
import type { AdminParts, Status } from '../admin/ports.ts'
import { listDrills } from '../admin/drill/rows.ts'
import { createAdminServer } from '../admin/server.ts'
import { createBackups } from './backups.ts'
import { createCallers } from './admin-callers.ts'
import { endsSoon } from './certificate-end.ts'
import { createCredentials } from './credentials.ts'
import type { Doors } from './doors.ts'
import { exportMail } from './export-mail.ts'
import { restoreMail } from './restore-mail.ts'
import { createHeldMail } from './quarantine.ts'
import { createListModeration } from './list-moderation.ts'
import { mailHostsOf } from './mail-hosts.ts'
import { createNodeCertificates } from './node-certificates.ts'
import { formatEndpoint } from './endpoint.ts'
import type { OwnedFounding } from './founding.ts'
import type { Platform } from './platform.ts'
import { reportPortsOf } from './received-reports.ts'
import { verifyPlatform } from './verify.ts'
import { readVersion } from './version.ts'

export interface AdminOptions {
  readonly platform: Platform
  readonly founding: OwnedFounding
  readonly listeners: Doors['listeners']
}

/** The socket is there when it resolves. One process of a node has it. */
export async function openAdmin(options: AdminOptions): Promise<AsyncDisposable> {
  const { access, folder, telemetry } = options.platform
  const attempt = { door: 'admin', remoteAddress: '', isTls: false } as const
  const operator = await access.signInOperator(attempt)
  const server = await createAdminServer({
    dataFolder: folder.root,
    parts: adminParts(options, operator),
    log: telemetry.log,
    version: readVersion(),
  })
  return {
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      access.signOut(operator)
    },
  }
}

/** What the API stands on, on this node; `operator` at the local socket only. */
export function adminParts(options: AdminOptions, operator?: Principal): AdminParts {
  const { platform } = options
  const { access, directory, ground } = platform
  return {
    database: ground.database,
    directory,
    writing: platform.writing,
    clock: platform.clock,
    nodeId: platform.nodeId,
    audit: platform.audit,
    queue: platform.queue,
    dkim: platform.dkim,
    explainMail: (question) => explainMail(platform, question),
    mailHosts: mailHostsOf(platform),
    reports: reportPortsOf(ground),
    room: platform.store,
    search: platform.store,
    backups: createBackups(platform),
    moderation: createListModeration(platform),
    heldMail: createHeldMail(platform),
    certificates: createNodeCertificates(platform),
    approvals: platform.approvals,
    ledger: access.ledger,
    restoreMail: (from, personId) => restoreMail(platform, from, personId),
    exportMail: (accountId) => exportMail(platform.store, accountId),
    callers: createCallers(platform, operator),
    replaceFounder: async (replacement) => {
      const fault = await options.founding.replaceFounder(replacement)
      if (fault === undefined || fault === 'not-yet') return fault
      return fault === 'unknown-or-wrong' ? 'wrong' : 'invalid'
    },
    takeSeat: async (claim) => {
      const fault = await options.founding.takeSeat(claim)
      return fault === 'not-yet' || fault === undefined ? fault : 'wrong'
    },
    credentials: (writing) => createCredentials(ground.database, writing),
    metrics: () => platform.telemetry.metrics.registry.metrics(),
    status: statusOf(options, platform.clock.now()),
    verify: () => verifyPlatform(platform),
    refresh: async () => {
      await directory.refresh()
      await access.refresh()
    },
  }
}

function statusOf(
  { platform, founding, listeners }: AdminOptions,
  startedAt: number,
): () => Promise<Status> {
  const { queue, config, nodeId, ground, clock } = platform
  const certificates = createNodeCertificates(platform)
  return async () => {
    const { notAfter } = await certificates.show()
    const [drill] = await listDrills(ground.database, ground.keys)
    const places = Object.entries(listeners).map(([name, at]) => [name, formatEndpoint(at)])
    const { waiting, unrouted, held } = await queue.count()
    return {
      version: readVersion(),
      nodeId,
      startedAt,
      isFounded: await founding.isEnded(),
      roles: [...config.roles],
      listeners: Object.fromEntries(places),
      queueMessages: waiting + unrouted + held,
      unsealedEntries: platform.audit.unsealed,
      // Counting came back: the database answers.
      checks: {
        database: 'ok',
        // Red until somebody has looked at what was done in an emergency, or by two people.
        reviews: platform.approvals.isReviewOverdue() ? 'failed' : 'ok',
        certificate: endsSoon(notAfter, clock.now()) ? 'failed' : 'ok',
        // Of the last one; where none was run there is nothing to say.
        ...(drill === undefined ? {} : { drill: drill.report.faults === 0 ? 'ok' : 'failed' }),
      },
    }
  }
}
