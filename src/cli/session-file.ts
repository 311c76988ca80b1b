/**
 * Where `tamar login` keeps what opens: one file of the user's own (0600), a token for each server.
 * XDG Base Directory Specification.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const keptSchema = z.strictObject({
  /** To whom a command speaks that names nobody. */
  current: z.string().optional(),
  servers: z.record(
    z.string(),
    z.strictObject({
      token: z.string(),
      address: z.string(),
      expiresAt: z.number(),
      /** The file with the authority that signs the server's certificate. */
      ca: z.string().optional(),
    }),
  ),
})
export type KeptSessions = z.infer<typeof keptSchema>
export type KeptSession = KeptSessions['servers'][string]

const fileName = 'sessions.json'

export function readSessions(folder: string): KeptSessions {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(join(folder, fileName), 'utf8')))
  } catch {
    // No file, or one that nobody can use: then nobody is signed in.
    return { servers: {} }
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writeSessions(folder: string, sessions: KeptSessions): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, fileName)
  writeFileSync(`${path}.new`, JSON.stringify(sessions, undefined, 2), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
