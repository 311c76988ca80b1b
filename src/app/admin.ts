/** Plugs the platform into the command line's API. Architecture D13. */
import { findLastUse } from '../access/credentials/last-use.ts'
import type { CredentialContent } from '../access/credentials/content.ts'
import { createAppPassword } from '../access/write/create-app-password.ts'
import { credentialShelf } from '../access/write/credential-writing.ts'
import { revokeAppPassword } from '../access/write/revoke-app-password.ts'
import { setPassword } from '../access/write/set-password.ts'
import type {
  AdminPorts,
  AppPasswordView,
  Credentials,
  ImportPreview,
  Status,
} from '../admin/ports.ts'
import { createAdminServer } from '../admin/server.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { importPeople } from '../directory/import/import-people.ts'
import { readRows } from '../directory/rows/write-rows.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { Doors } from './doors.ts'
import { formatEndpoint } from './endpoint.ts'
import type { OwnedFounding } from './founding.ts'
import type { Platform } from './platform.ts'
import { readablePassword } from './readable-password.ts'
import { verifyPlatform } from './verify.ts'
import { readVersion } from './version.ts'

export interface AdminOptions {
  readonly platform: Platform
  readonly founding: OwnedFounding
  readonly listeners: Doors['listeners']
}

/** The socket is there when it resolves. One process of a node has it. */
export async function openAdmin(options: AdminOptions): Promise<AsyncDisposable> {
  const { platform } = options
  const { access, directory, ground, folder, telemetry } = platform
  const attempt = { door: 'admin', remoteAddress: '', isTls: false } as const
  const operator = await access.signInOperator(attempt)
  const actor = { principalId: operator.id, sessionId: operator.sessionId }
  const requireGrant = access.gateFor(operator)
  const writing: Writing = { ...platform.writing, actor, requireGrant }
  const ports: AdminPorts = {
    database: ground.database,
    directory,
    writing,
    clock: platform.clock,
    audit: platform.audit,
    queue: platform.queue,
    gate: {
      permit: (act, object) => void access.permit(operator, act, object),
      reachOf: (act) => access.reachOf(operator, act),
    },
    credentials: credentialsOf(platform, writing),
    status: statusOf(options, platform.clock.now()),
    verify: () => verifyPlatform(platform),
    importPeople: (csv, isDryRun) => importFrom(ground.database, writing, csv, isDryRun),
    refresh: async () => {
      await directory.refresh()
      await access.refresh()
    },
  }
  const server = await createAdminServer({ dataFolder: folder.root, ports, log: telemetry.log })
  return {
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      access.signOut(operator)
    },
  }
}

async function importFrom(
  database: Database,
  writing: Writing,
  csv: string,
  isDryRun: boolean,
): Promise<ImportPreview> {
  const mode = isDryRun ? 'dry-run' : 'import'
  const { people, faults, isImported } = await importPeople(database, writing, { csv, mode })
  const said = faults.map(({ line, message }) => ({ line, sentence: message }))
  return { people, faults: said, isDone: isImported }
}

function credentialsOf({ access, ground }: Platform, directoryWriting: Writing): Credentials {
  const { database } = ground
  const writing = directoryWriting
  const list = async (personId: string): Promise<readonly AppPasswordView[]> => {
    const rows = await database.transaction((tx) =>
      readRows<CredentialContent>(credentialShelf(tx, writing), 'parent_id', personId),
    )
    const views = rows.map(async ({ id, content }) =>
      content.kind === 'app-password'
        ? [{ ...viewOf(content), id, lastUsedAt: await findLastUse(database, id) }]
        : [],
    )
    return (await Promise.all(views)).flat()
  }
  return {
    setPassword: async (tx, personId, given) => {
      const password = given ?? readablePassword()
      await setPassword(tx, writing, { personId, password })
      return password
    },
    createAppPassword: async (tx, { personId, label, scopes, expiresAt }) => {
      const wanted = { personId, label, scopes, expiresAt }
      const { id, appPassword } = await createAppPassword(tx, writing, wanted)
      return { id, password: appPassword }
    },
    listAppPasswords: list,
    revokeAppPassword: async (tx, personId, id) => {
      const isHis = (await list(personId)).some((one) => one.id === id)
      if (!isHis) throw new Refusal('not-found', { message: 'He has no such app password.' })
      await revokeAppPassword(tx, writing, { id })
    },
  }
}

function viewOf(content: Extract<CredentialContent, { kind: 'app-password' }>) {
  const { label, scopes, createdAt, expiresAt } = content
  return { label, scopes, createdAt, expiresAt }
}

function statusOf(
  { platform, founding, listeners }: AdminOptions,
  startedAt: number,
): () => Promise<Status> {
  const { ground, queue, config, nodeId } = platform
  const places = Object.entries(listeners).map(([name, at]) => [name, formatEndpoint(at)])
  return async () => {
    const { waiting, held } = await queue.count()
    const outbox = await ground.database.row<{ count: number }>({
      name: 'app.countOutbox',
      text: 'SELECT count(*)::int8 AS count FROM audit_outbox WHERE node_id = $1',
      values: [nodeId],
    })
    return {
      version: readVersion(),
      nodeId,
      startedAt,
      isFounded: await founding.isEnded(),
      roles: [...config.roles],
      listeners: Object.fromEntries(places),
      queueMessages: waiting + held,
      outboxEntries: outbox?.count ?? 0,
      // Counting came back: the database answers.
      checks: { database: 'ok' },
    }
  }
}
