/** `tamar audit serve`: the audit process in the foreground until it is told to stop. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseCredential } from '../../audit/credential.ts'
import { makeAuditorsKey } from '../../audit/server/audit-folder.ts'
import { EnrolledList, enrol } from '../../audit/server/enrolment.ts'
import { openAuditProcess } from '../../audit/server/open-audit-process.ts'
import type { AuditProcess } from '../../audit/server/open-audit-process.ts'
import { systemClock } from '../../base/clock.ts'
import type { Log } from '../../telemetry/log.ts'
import { renewBeforeMs } from '../../net/limits.ts'
import { createTelemetry } from '../../telemetry/create-telemetry.ts'
import { LogFault } from '../../tlog/types.ts'
import { formatEndpoint } from '../endpoint.ts'
import { StartFault } from '../start-fault.ts'
import { alertingOf } from './alerting.ts'
import type { ServeConfig } from './serve-config.ts'
import { letGo, sayReady, untilTold } from './until-told.ts'

export interface AuditServeWish {
  readonly data: string
  readonly config: ServeConfig
  /**
   * For a node that runs its own audit process: where its credential is put, and the auditors' private
   * key beside it. In service both are made by other people.
   */
  readonly localCredential: string | undefined
}

/** What a node that started it needs to know. */
export interface AuditReady {
  readonly ready: true
  readonly url: string
}

export const auditEndpoint = { host: '127.0.0.1', port: 9443 } as const

/** @throws StartFault */
export async function serveAudit({ data, config, localCredential }: AuditServeWish): Promise<void> {
  const told = untilTold()
  await using ended = new AsyncDisposableStack()
  ended.defer(letGo)
  using telemetry = createTelemetry({ level: 'info', destination: process.stderr })
  if (localCredential !== undefined) await makeLocalKeys(data, localCredential)
  const stuck = Promise.withResolvers<void>()
  await using audit = await open(data, config, telemetry.log, () => stuck.reject(diskFault()))
  if (localCredential !== undefined) await enrolLocal(audit, localCredential)
  const url = `https://${formatEndpoint(audit.address)}`
  writeFileSync(audit.folder.addressPath, url)
  const { vkey } = audit.folder.signer.verifier
  sayReady({ ready: true, url } satisfies AuditReady, `The audit process serves ${url}.\n  ${vkey}`)
  await Promise.race([told, stuck.promise])
}

function diskFault(): StartFault {
  return new StartFault('The disk does not take entries of the audit log: see to it, start again.')
}

async function open(
  data: string,
  config: ServeConfig,
  log: Log,
  onStuck: () => void,
): Promise<AuditProcess> {
  const alerts = alertingOf(config, log)
  try {
    return await openAuditProcess({
      data,
      listen: config.listen ?? auditEndpoint,
      hostnames: config.hostnames,
      origin: config.name ?? 'audit.tamar.local',
      witnessCards: config.witnesses,
      quorum: config.quorum ?? config.witnesses.length,
      headsPath: config.heads,
      alerts,
      clock: systemClock,
      onStuck,
      onAlarm: (what, facts) => log.warn(what, facts),
    })
  } catch (error) {
    throw sayAuditFault(error)
  }
}

/** What an operator can mend, in one line. */
export function sayAuditFault(error: unknown): unknown {
  if (error instanceof LogFault) return new StartFault(error.message, { cause: error })
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return new StartFault('Its port is taken by another program: listen elsewhere.', {
      cause: error,
    })
  return error
}

async function makeLocalKeys(data: string, credential: string): Promise<void> {
  const publicPath = join(data, 'auditors.pem')
  if (existsSync(publicPath)) return
  mkdirSync(data, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(credential), { recursive: true, mode: 0o700 })
  await makeAuditorsKey(publicPath, join(dirname(credential), 'auditors-key.pem'))
}

/** The node goes on with the one it has when this process starts again: made anew only as it ends. */
async function enrolLocal({ folder }: AuditProcess, path: string): Promise<void> {
  if (isGood(folder.enrolled, path)) return
  const credential = await enrol({
    enrolledFolder: folder.enrolled,
    certificates: folder.certificates,
    auditorsKeyPath: folder.auditorsKeyPath,
    name: 'local',
    role: 'node',
    clock: systemClock,
  })
  writeFileSync(path, credential, { mode: 0o600 })
}

function isGood(enrolledFolder: string, path: string): boolean {
  if (!existsSync(path)) return false
  const { certificate } = parseCredential(readFileSync(path, 'utf8'), path)
  const { fingerprint256, validToDate } = new X509Certificate(certificate)
  const isLasting = validToDate.getTime() - systemClock.now() > renewBeforeMs
  return (
    isLasting && new EnrolledList(enrolledFolder, systemClock).find(fingerprint256) !== undefined
  )
}
