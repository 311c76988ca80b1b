/** What tests of access need: a department with people, posts and credentials, and one open node. */
import type { AuditEntry } from '../audit/types.ts'
import type { Database } from '../db/types.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse, type Rehearsal } from '../directory/rehearsal.ts'
import type { Directory } from '../directory/types.ts'
import { appoint } from '../directory/write/appoint.ts'
import { createPost } from '../directory/write/create-post.ts'
import { createAccess } from './create-access.ts'
import type { AccessPolicy, OwnedAccess } from './owned-access.ts'
import { scopes, type Scope } from './credentials/content.ts'
import type { Attempt, Principal } from './types.ts'
import { createAppPassword } from './write/create-app-password.ts'
import { setPassword } from './write/set-password.ts'

export const attempt: Attempt = { door: 'imap', remoteAddress: '192.0.2.7', isTls: true }
export const mainPassword = 'correct horse battery'

export interface AccessRehearsal extends Rehearsal {
  readonly directory: Directory
  readonly access: OwnedAccess
  readonly departmentId: string
  /** Opens a second node on the same database. */
  openAccess(): Promise<OwnedAccess>
  /** A person with `mainPassword` and an app password. */
  withCredentials(localPart: string, scopes?: readonly Scope[]): Promise<Enrolled>
  post(title: string, localPart: string, holder: string, to?: number): Promise<string>
  signIn(person: Enrolled, identity?: string): Promise<Principal>
  refresh(): Promise<void>
  signIns(): readonly AuditEntry[]
}

export interface Enrolled {
  readonly id: string
  readonly address: string
  readonly appPassword: string
  readonly appPasswordId: string
}

export async function rehearseAccess(
  database: Database,
  policy: AccessPolicy = { allowsMainPassword: () => true },
): Promise<AccessRehearsal> {
  const r = await rehearse(database)
  const { keys, clock, writing } = r
  const onAlarm = () => undefined
  const directory = await createDirectory({ database, keys, onAlarm })
  const openAccess = () =>
    createAccess({ database, keys, clock, directory, audit: writing.audit, policy })
  const access = await openAccess()
  const departmentId = await r.department()
  const refresh = async () => {
    await directory.refresh()
    await access.refresh()
  }
  return {
    ...r,
    directory,
    access,
    departmentId,
    openAccess,
    refresh,
    withCredentials: async (localPart, of = scopes) => {
      const id = await r.person(departmentId, localPart)
      const shown = await r.write(async (tx) => {
        await setPassword(tx, writing, { personId: id, password: mainPassword })
        return createAppPassword(tx, writing, { personId: id, label: 'phone', scopes: of })
      })
      await refresh()
      const { appPassword, id: appPasswordId } = shown
      return { id, address: `${localPart}@td.example`, appPassword, appPasswordId }
    },
    post: async (title, localPart, personId, to) => {
      const names = { en: title, zh: '' }
      const address = `${localPart}@td.example`
      const postId = await r.write(async (tx) => {
        const id = await createPost(tx, writing, { departmentId, title, names, address })
        await appoint(tx, writing, { postId: id, personId, to })
        return id
      })
      await refresh()
      return postId
    },
    signIn: (person, identity = person.address) =>
      access.signIn(attempt, identity, person.appPassword),
    signIns: () => r.entries.filter((entry) => entry.kind === 'sign-in'),
    async [Symbol.asyncDispose]() {
      await access[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
      await r[Symbol.asyncDispose]()
    },
  }
}
