/** For tests: an audit process on loopback, and a node whose entries it takes. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { usualHours } from './alerts/office-hours.ts'
import { parseCredential } from './credential.ts'
import type { Credential } from './credential.ts'
import { makeAuditorsKey } from './server/audit-folder.ts'
import { enrol } from './server/enrolment.ts'
import type { CredentialRole } from './server/enrolment.ts'
import { openAuditProcess } from './server/open-audit-process.ts'
import type { AuditProcess, AuditProcessOptions } from './server/open-audit-process.ts'

/** The name of its log, and of its own chain in it. */
export const auditOrigin = 'audit.test'

export class RehearsedAudit implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'tamar-audit-'))
  readonly data = join(this.root, 'audit')
  readonly auditorsPrivateKey = join(this.root, 'auditors-key.pem')
  readonly alarms: string[] = []
  readonly #options: Partial<AuditProcessOptions>
  #process: AuditProcess | undefined
  #port = 0

  constructor(options: Partial<AuditProcessOptions> = {}) {
    this.#options = options
  }

  get process(): AuditProcess {
    if (this.#process === undefined) throw new Error('the audit process does not run')
    return this.#process
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  /** On the port it had before. */
  async start(): Promise<void> {
    mkdirSync(this.data, { recursive: true })
    const publicPath = join(this.data, 'auditors.pem')
    if (!existsSync(publicPath)) await makeAuditorsKey(publicPath, this.auditorsPrivateKey)
    this.#process = await openAuditProcess({
      data: this.data,
      listen: { host: '127.0.0.1', port: this.#port },
      hostnames: ['localhost', '127.0.0.1'],
      origin: auditOrigin,
      witnessCards: [],
      quorum: 0,
      headsPath: undefined,
      alerts: { senders: [], hours: usualHours },
      clock: systemClock,
      onStuck: () => undefined,
      onAlarm: (what) => void this.alarms.push(what),
      ...this.#options,
    })
    this.#port = this.#process.address.port
  }

  async stop(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]()
    this.#process = undefined
  }

  async credential(name: string, role: CredentialRole = 'node'): Promise<Credential> {
    const { folder } = this.process
    const text = await enrol({
      enrolledFolder: folder.enrolled,
      certificates: folder.certificates,
      auditorsKeyPath: folder.auditorsKeyPath,
      name,
      role,
      clock: systemClock,
    })
    return parseCredential(text, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.root, { recursive: true, force: true })
  }
}
