/**
 * Who may speak to the audit process: one small file for each credential, with the fingerprint of its
 * certificate. Taking the file away revokes it, while the process runs.
 */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock, Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { issueClientCertificate } from '../../net/client-certificate.ts'
import { writeFileDurably } from '../../net/write-file-durably.ts'
import { formatCredential } from '../credential.ts'
import { credentialNamePattern, enrolledCheckMs } from './limits.ts'

/** `node` ships entries, `auditor` reads the log and its names, `operator` sees how the process does. */
export const credentialRoles = ['node', 'auditor', 'operator'] as const
export type CredentialRole = (typeof credentialRoles)[number]

export const enrolledSchema = z.strictObject({
  name: z.string(),
  role: z.enum(credentialRoles),
  fingerprint: z.string(),
  enrolledAt: z.number(),
})
export type Enrolled = Readonly<z.infer<typeof enrolledSchema>>

export interface EnrolOptions {
  /** Of the audit process. */
  readonly enrolledFolder: string
  readonly certificates: string
  readonly auditorsKeyPath: string
  readonly name: string
  readonly role: CredentialRole
  readonly clock: Clock
}

/** @returns the credential's file. A name that is taken is given a new one; the old ends. */
export async function enrol(options: EnrolOptions): Promise<string> {
  const { enrolledFolder, certificates, auditorsKeyPath, name, role, clock } = options
  if (!credentialNamePattern.test(name))
    throw new Refusal('invalid', {
      message: `"${name}" cannot be the name of a credential: a to z, digits, dots and hyphens can.`,
    })
  const issued = await issueClientCertificate(certificates, name, clock)
  const auditors = await readFile(auditorsKeyPath, 'utf8')
  const { fingerprint } = issued
  const enrolled: Enrolled = { name, role, fingerprint, enrolledAt: clock.now() }
  await mkdir(enrolledFolder, { recursive: true, mode: 0o700 })
  const path = join(enrolledFolder, `${name}.json`)
  await writeFileDurably(path, JSON.stringify(enrolled), 0o600)
  return formatCredential({ ...issued, auditors })
}

/** @returns whether there was one. */
export async function revoke(folder: string, name: string): Promise<boolean> {
  const names = (await readdir(folder).catch(() => [])) as readonly string[]
  if (!names.includes(`${name}.json`)) return false
  await rm(join(folder, `${name}.json`))
  return true
}

/** Known credentials by the fingerprint of their certificates, read again as the folder changes. */
export class EnrolledList {
  readonly #folder: string
  readonly #clock: Clock
  #byFingerprint: ReadonlyMap<string, Enrolled> = new Map()
  #lookedAt: Millis = -Infinity
  #stamp = -1

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  find(fingerprint: string): Enrolled | undefined {
    const now = this.#clock.now()
    // One just made is known at once.
    if (!this.#byFingerprint.has(fingerprint) || now >= this.#lookedAt + enrolledCheckMs) {
      this.#lookedAt = now
      this.#look()
    }
    return this.#byFingerprint.get(fingerprint)
  }

  #look(): void {
    const stamp = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    this.#byFingerprint = new Map(
      listEnrolled(this.#folder).map((enrolled) => [enrolled.fingerprint, enrolled]),
    )
  }
}

export function listEnrolled(folder: string): readonly Enrolled[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => enrolledSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
}
