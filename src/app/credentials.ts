/** Passwords as the admin API meets them: the writers of `access` with this platform's parts. */
import { randomBytes } from 'node:crypto'
import type { AppPasswordContent, CredentialContent, Scope } from '../access/credentials/content.ts'
import { scopes as allScopes } from '../access/credentials/content.ts'
import { findLastUse } from '../access/credentials/last-use.ts'
import { createAppPassword } from '../access/write/create-app-password.ts'
import { credentialShelf, type CredentialWriting } from '../access/write/credential-writing.ts'
import { resetFactors } from '../access/write/reset-factors.ts'
import { revokeAppPassword } from '../access/write/revoke-app-password.ts'
import { setPassword } from '../access/write/set-password.ts'
import type { AppPasswordView, Credentials } from '../admin/ports.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { readRows } from '../directory/rows/write-rows.ts'

export function createCredentials(database: Database, writing: CredentialWriting): Credentials {
  return {
    setPassword: async (tx, personId, given) => {
      const password = given ?? readablePassword()
      await setPassword(tx, writing, { personId, password })
      return password
    },
    resetFactors: (tx, personId) => resetFactors(tx, writing, { personId }),
    createAppPassword: async (tx, { personId, label, scopes, expiresAt }) => {
      const input = { personId, label, scopes: scopes.filter(isScope), expiresAt }
      const { id, appPassword } = await createAppPassword(tx, writing, input)
      return { id, password: appPassword }
    },
    hasAny: async (tx, personId) => {
      const shelf = credentialShelf(tx, writing)
      return (await readRows<CredentialContent>(shelf, 'parent_id', personId)).length > 0
    },
    listAppPasswords: (personId) => listAppPasswords(database, writing, personId),
    revokeAppPassword: async (tx, personId, id) => {
      const rows = await readRows<CredentialContent>(
        credentialShelf(tx, writing),
        'parent_id',
        personId,
      )
      if (!rows.some((row) => row.id === id))
        throw new Refusal('not-found', { message: 'There is no such app password.' })
      await revokeAppPassword(tx, writing, { id })
    },
  }
}

function isScope(door: string): door is Scope {
  return allScopes.some((scope) => scope === door)
}

async function listAppPasswords(
  database: Database,
  writing: CredentialWriting,
  personId: string,
): Promise<readonly AppPasswordView[]> {
  return database.transaction(async (tx) => {
    const shelf = credentialShelf(tx, writing)
    const rows = await readRows<CredentialContent>(shelf, 'parent_id', personId)
    const views: AppPasswordView[] = []
    for (const { id, content } of rows)
      if (content.kind === 'app-password')
        views.push(viewOf(id, content, await findLastUse(tx, id)))
    return views
  })
}

function viewOf(
  id: string,
  content: AppPasswordContent,
  lastUsedAt: number | undefined,
): AppPasswordView {
  const { label, scopes, createdAt, expiresAt } = content
  return { id, label, scopes, createdAt, expiresAt, lastUsedAt }
}

/** 32 letters that are not taken for one another. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** 80 random bits that can be read out, in groups of four. */
export function readablePassword(): string {
  return Array.from(randomBytes(16), (octet, at) => {
    const letter = letters[octet % letters.length] ?? ''
    return at > 0 && at % 4 === 0 ? `-${letter}` : letter
  }).join('')
}
