/** The audit process put together: its folder, the log, the intake, the witnesses, the door. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { ensureCertificates } from '../../net/certificates.ts'
import { chainOfLeaf } from '../../tlog/leaf.ts'
import { openLog } from '../../tlog/log.ts'
import { LogFault } from '../../tlog/types.ts'
import type { LogStore } from '../../tlog/types.ts'
import { openAlerts, type AlertsOptions } from '../alerts/open-alerts.ts'
import { openAuditFolder } from './audit-folder.ts'
import type { AuditFolder } from './audit-folder.ts'
import { openBoxStore } from './box-store.ts'
import { Cosigner } from './cosigner.ts'
import { EnrolledList } from './enrolment.ts'
import { EnrolmentWatch } from './own/enrolment-watch.ts'
import { OwnChain } from './own/own-chain.ts'
import { createOwnEntries, type OwnEntries } from './own/own-entries.ts'
import { Intake, type ChainBreak } from './intake.ts'
import { openAuditServer } from './server.ts'
import type { AuditServer } from './server.ts'

export interface AuditProcessOptions {
  readonly data: string
  readonly listen: { readonly host: string; readonly port: number }
  /** Names and addresses nodes know it by. */
  readonly hostnames: readonly string[]
  readonly origin: string
  readonly witnessCards: readonly string[]
  readonly quorum: number
  readonly headsPath: string | undefined
  readonly alerts: Pick<AlertsOptions, 'senders' | 'hours'>
  readonly clock: Clock
  /** The disk does not take entries: the process must end, to be started anew. */
  readonly onStuck: () => void
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface AuditProcess extends AsyncDisposable {
  readonly address: AuditServer['address']
  readonly folder: AuditFolder
  readonly log: LogStore
  readonly cosigner: Cosigner
}

/** @throws LogFault for what an operator must mend. */
export async function openAuditProcess(options: AuditProcessOptions): Promise<AuditProcess> {
  const { data, listen, hostnames, clock, onAlarm } = options
  const stack = new AsyncDisposableStack()
  try {
    const folder = await openAuditFolder(data, options.origin)
    requireAuditorsKey(folder)
    const { signer } = folder
    const certificates = await ensureCertificates({
      folder: folder.certificates,
      clock,
      names: hostnames,
    })
    const log = stack.use(
      await openLog({ folder: folder.log, signer, chainOf: chainOfLeaf, onAlarm }),
    )
    const boxes = openBoxStore(folder.names)
    const { verifier } = signer
    const { witnessCards: cardPaths, quorum, headsPath } = options
    const cosigner = stack.use(
      new Cosigner({ log, verifier, cardPaths, quorum, headsPath, clock, onAlarm }),
    )
    const statePath = join(data, 'alerts.json')
    const alerts = stack.use(
      await openAlerts({ ...options.alerts, ownNode: log.origin, log, clock, statePath, onAlarm }),
    )
    const { origin } = log
    const onBreak = (broken: ChainBreak) => {
      own.broken(broken).catch(onFault)
      onAlarm('a chain does not follow', { ...broken })
      alerts.chainBroke(broken.node, broken.seq, broken.what)
    }
    const onFault = (error: unknown) => onAlarm('a request failed', { error })
    const { onStuck } = options
    const intake = stack.use(new Intake({ log, boxes, onBreak, clock, ownNode: origin, onStuck }))
    const own = await openOwn({ folder, origin, intake, clock, onFault }, stack)
    const enrolled = new EnrolledList(folder.enrolled, clock)
    const onHeard = (node: string) => alerts.heard(node)
    const parts = {
      log,
      intake,
      boxes,
      cosigner,
      own,
      enrolled,
      certificates,
      listen,
      onFault,
      onHeard,
    }
    const { address } = stack.use(await openAuditServer(parts))
    return { address, folder, log, cosigner, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

interface OwnParts {
  readonly folder: AuditFolder
  readonly origin: string
  readonly intake: Intake
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

/** Says that it began before anybody is let in; and that it ended, when nobody is any more. */
async function openOwn(
  { folder, origin, intake, clock, onFault }: OwnParts,
  stack: AsyncDisposableStack,
): Promise<OwnEntries> {
  const { auditorsKeyPath, chainSecret: secret, enrolled, enrolledSaidPath: statePath } = folder
  const chain = new OwnChain({ node: origin, secret, auditorsKeyPath, intake, clock })
  const entries = createOwnEntries(chain, origin, clock)
  await entries.begin()
  // A disk that takes nothing has been said: the process ends all the same.
  stack.defer(() => entries.end().catch(onFault))
  const watch = stack.use(new EnrolmentWatch({ folder: enrolled, statePath, entries, onFault }))
  await watch.look()
  return entries
}

function requireAuditorsKey({ auditorsKeyPath }: AuditFolder): void {
  if (existsSync(auditorsKeyPath)) return
  throw new LogFault(
    `The auditors' public key is not at ${auditorsKeyPath}. The auditors make it with "tamar audit ` +
      'auditors-key", keep the private half, and give you the public one.',
  )
}
