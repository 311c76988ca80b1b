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
      await openAlerts({ ...options.alerts, log, clock, statePath, onAlarm }),
    )
    const onBreak = (broken: ChainBreak) => {
      onAlarm('a chain does not follow', { ...broken })
      alerts.chainBroke(broken.node, broken.seq, broken.what)
    }
    const intake = stack.use(new Intake({ log, boxes, onBreak, clock, onStuck: options.onStuck }))
    const enrolled = new EnrolledList(folder.enrolled, clock)
    const onFault = (error: unknown) => onAlarm('a request failed', { error })
    const onHeard = (node: string) => alerts.heard(node)
    const parts = { log, intake, boxes, cosigner, enrolled, certificates, listen, onFault, onHeard }
    const { address } = stack.use(await openAuditServer(parts))
    return { address, folder, log, cosigner, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function requireAuditorsKey({ auditorsKeyPath }: AuditFolder): void {
  if (existsSync(auditorsKeyPath)) return
  throw new LogFault(
    `The auditors' public key is not at ${auditorsKeyPath}. The auditors make it with "tamar audit ` +
      'auditors-key", keep the private half, and give you the public one.',
  )
}
