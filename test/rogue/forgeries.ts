/** The ways in that are tried: rows added, moved, swapped, put back; ciphertext and keys moved. */
import { randomUUID } from 'node:crypto'
import type { Forgery, Known, Party } from './forgery.ts'
import type { Superuser } from './superuser.ts'

/** Tables that say who reads what, and whose row is meant by `parent_id`. */
const holdings = ['post_holder', 'shared_member', 'list_member', 'address'] as const

export const forgeries: readonly Forgery[] = [
  {
    title:
      'adds copies of his own holdings, under the posts, mailboxes, lists and people of others',
    forge: async (database, known) => {
      let written = 0
      for (const table of holdings) {
        await database.dropConstraints(table)
        for (const parent of await foreignParents(database, table, known))
          written += await copyInto(database, table, known.rogue, parent)
      }
      return written
    },
  },
  {
    title: 'moves his own holdings to the posts, mailboxes, lists and people of others',
    forge: async (database, known) => {
      let written = 0
      for (const table of holdings) {
        await database.dropConstraints(table)
        const [parent] = await foreignParents(database, table, known)
        written += await database.execute(
          `UPDATE ${table} SET parent_id = $2 WHERE department_id = $1 AND version =
            (SELECT max(version) FROM ${table} WHERE department_id = $1)`,
          [known.rogue.departmentId, parent],
        )
      }
      return written
    },
  },
  {
    title: 'puts what is sealed in his rows into the rows of others',
    forge: (database, known) => swapHoldings(database, known, ['sealed']),
  },
  {
    title: 'puts what is sealed in his rows into the rows of others, with its MAC',
    forge: (database, known) => swapHoldings(database, known, ['sealed', 'mac']),
  },
  {
    title: 'puts the verifier of his password into the credentials of the victim',
    forge: (database, known) => takeCredentials(database, known, ['sealed']),
  },
  {
    title: 'makes his credentials the victim’s, MAC and all',
    spoilsHisOwn: true,
    forge: async (database, { rogue, victim }) => {
      await database.dropConstraints('credential')
      return database.execute('UPDATE credential SET parent_id = $2 WHERE parent_id = $1', [
        rogue.personId,
        victim.personId,
      ])
    },
  },
  {
    title: 'says that his post and his shared mailbox have the accounts of others',
    forge: async (database, { rogue }) => {
      let written = 0
      for (const table of ['post', 'shared_mailbox']) {
        await database.dropConstraints(table)
        written += await database.execute(
          `UPDATE ${table} SET account_id = (SELECT account_id FROM ${table}
            WHERE department_id <> $1 ORDER BY version LIMIT 1)
            WHERE department_id = $1`,
          [rogue.departmentId],
        )
      }
      return written
    },
  },
  {
    title: 'says that he is the victim: his person has her account',
    spoilsHisOwn: true,
    forge: async (database, { rogue, victim }) => {
      await database.dropConstraints('person')
      return database.execute('UPDATE person SET account_id = $2 WHERE id = $1', [
        rogue.personId,
        victim.accountId,
      ])
    },
  },
  {
    title: 'puts the row back that was true while he acted in the post',
    forge: async (database, { remembered }) => {
      const columns = Object.keys(remembered.holder)
      return database.execute(
        `UPDATE post_holder SET (${columns.join(', ')}) =
          (${columns.map((_column, at) => `$${at + 1}`).join(', ')})
          WHERE id = $${columns.indexOf('id') + 1}`,
        Object.values(remembered.holder),
      )
    },
  },
  {
    title: 'copies every row that a MAC guards, with his ids in the place of others’',
    forge: async (database, known) => {
      let written = 0
      for (const table of await database.authorityTables()) {
        await database.dropConstraints(table)
        written += await impersonate(database, table, known)
      }
      return written
    },
  },
  {
    title: 'moves the delegation he has to the account of the victim',
    forge: async (database, { rogue, victim }) => {
      await database.dropConstraints('delegation')
      return database.execute('UPDATE delegation SET account_id = $2 WHERE parent_id = $1', [
        rogue.personId,
        victim.accountId,
      ])
    },
  },
  {
    title: 'makes the great roles of others his own',
    forge: async (database, { rogue }) => {
      await database.dropConstraints('role_grant')
      return database.execute('UPDATE role_grant SET parent_id = $1 WHERE parent_id <> $1', [
        rogue.personId,
      ])
    },
  },
  {
    title: 'puts what is sealed in the great roles of others into his own, with its MAC',
    forge: (database, { rogue }) =>
      database.execute(
        `UPDATE role_grant AS mine SET sealed = theirs.sealed, mac = theirs.mac
          FROM (SELECT sealed, mac FROM role_grant WHERE parent_id <> $1 LIMIT 1) AS theirs
          WHERE mine.parent_id = $1`,
        [rogue.personId],
      ),
  },
  {
    title: 'makes his session at the admin API an administrator’s',
    forge: (database, { rogue }) =>
      database.execute(
        `UPDATE admin_session SET person_id =
          (SELECT parent_id FROM role_grant WHERE parent_id <> $1 LIMIT 1)`,
        [rogue.personId],
      ),
  },
  {
    title: 'says that his request was asked by somebody else, for him to approve it',
    forge: (database, { rogue, victim }) =>
      database.execute('UPDATE approval SET parent_id = $2 WHERE parent_id = $1', [
        rogue.personId,
        victim.personId,
      ]),
  },
  {
    title: 'moves messages of others into his own mailbox',
    forge: (database, known) => takeMessages(database, known),
  },
  {
    title: 'moves messages of others into his own mailbox and gives his account their keys',
    forge: async (database, known) => {
      const keys = await takeKeys(database, known)
      return keys === 0 ? 0 : takeMessages(database, known)
    },
  },
  {
    title: 'points a message of his own at the content of another’s',
    forge: async (database, { rogue, victim }) =>
      database.execute(
        `UPDATE message AS mine SET content = theirs.content, content_key = theirs.content_key,
          summary = theirs.summary, trace = theirs.trace, object_id = theirs.object_id
          FROM (SELECT content, content_key, summary, trace, object_id,
              row_number() OVER (ORDER BY received_at DESC) AS at
            FROM message WHERE account_id = $2) AS theirs,
            (SELECT message_id, row_number() OVER (ORDER BY received_at) AS at
            FROM message WHERE account_id = $1) AS places
          WHERE mine.account_id = $1 AND mine.message_id = places.message_id
            AND places.at = theirs.at AND places.at <= 4`,
        [rogue.accountId, victim.accountId],
      ),
  },
]

async function foreignParents(
  database: Superuser,
  table: (typeof holdings)[number],
  { rogue, victim }: Known,
): Promise<readonly unknown[]> {
  if (table === 'address') return [victim.personId]
  const rows = await database.rows(
    `SELECT DISTINCT parent_id FROM ${table} WHERE department_id <> $1`,
    [rogue.departmentId],
  )
  return rows.map((row) => row['parent_id'])
}

/** Copies the newest row of the rogue's department, with a new id and version. */
async function copyInto(
  database: Superuser,
  table: string,
  { departmentId }: Party,
  parent: unknown,
): Promise<number> {
  return database.execute(
    `INSERT INTO ${table} (id, department_id, parent_id, account_id, state, version, lookup, sealed, mac)
      SELECT $3, department_id, $2, account_id, state,
        (SELECT max(version) FROM reference_head) + 1 + (SELECT count(*) FROM ${table}),
        lookup, sealed, mac
      FROM ${table} WHERE department_id = $1 AND state = 'active' ORDER BY version DESC LIMIT 1`,
    [departmentId, parent, randomUUID()],
  )
}

async function swapHoldings(
  database: Superuser,
  { rogue }: Known,
  columns: readonly string[],
): Promise<number> {
  let written = 0
  for (const table of holdings)
    written += await database.execute(
      `UPDATE ${table} AS theirs SET ${columns.map((name) => `${name} = mine.${name}`).join(', ')}
        FROM (SELECT ${columns.join(', ')} FROM ${table}
          WHERE department_id = $1 AND state = 'active' ORDER BY version DESC LIMIT 1) AS mine
        WHERE theirs.department_id <> $1`,
      [rogue.departmentId],
    )
  return written
}

async function takeCredentials(
  database: Superuser,
  { rogue, victim }: Known,
  columns: readonly string[],
): Promise<number> {
  return database.execute(
    `UPDATE credential AS theirs SET ${columns.map((name) => `${name} = mine.${name}`).join(', ')}
      FROM (SELECT * FROM credential WHERE parent_id = $1 ORDER BY version DESC LIMIT 1) AS mine
      WHERE theirs.parent_id = $2`,
    [rogue.personId, victim.personId],
  )
}

/** Each column that is an id becomes his, one at a time, in a copy of its own. */
async function impersonate(database: Superuser, table: string, known: Known): Promise<number> {
  const columns = await database.columns(table)
  // Another row under his own id would only make him unknown.
  const ids = columns.filter(({ type, name }) => type === 'uuid' && name !== 'id')
  let written = 0
  for (const { name } of ids)
    for (const mine of [known.rogue.personId, known.rogue.accountId]) {
      const values = columns.map((column) => valueOf(column.name, name))
      written += await database.execute(
        `INSERT INTO ${table} (${columns.map((column) => column.name).join(', ')})
          SELECT ${values.join(', ')} FROM ${table} LIMIT 50`,
        [mine],
      )
    }
  return written
}

function valueOf(column: string, replaced: string): string {
  if (column === replaced) return '$1::uuid'
  if (column === 'id') return 'gen_random_uuid()'
  return column === 'version' ? 'version + 1000000' : column
}

/** The victim's newest messages, as if they had been delivered to the rogue. */
async function takeMessages(database: Superuser, { rogue, victim }: Known): Promise<number> {
  const columns = await database.columns('message')
  const names = columns.map(({ name }) => name)
  const taken = names.map((name) => (name === 'account_id' ? '$1::uuid' : name))
  const messages = await database.execute(
    `INSERT INTO message (${names.join(', ')})
      SELECT ${taken.join(', ')} FROM message WHERE account_id = $2
      ORDER BY received_at DESC LIMIT 5`,
    [rogue.accountId, victim.accountId],
  )
  const [inbox] = await database.rows(
    `SELECT mailbox_id, uid_next FROM mailbox WHERE account_id = $1 AND role = 'inbox'`,
    [rogue.accountId],
  )
  await database.execute(
    `INSERT INTO entry (account_id, mailbox_id, uid, message_id, modseq, octets, saved_at)
      SELECT $1, $3, $4::bigint + row_number() OVER (ORDER BY received_at), message_id, 1, octets,
        received_at FROM message WHERE account_id = $2 ORDER BY received_at DESC LIMIT 5`,
    [rogue.accountId, victim.accountId, inbox?.['mailbox_id'], inbox?.['uid_next']],
  )
  await database.execute(
    `UPDATE mailbox SET uid_next = uid_next + $3, messages = messages + $3, highest_modseq =
      highest_modseq + 1 WHERE account_id = $1 AND mailbox_id = $2`,
    [rogue.accountId, inbox?.['mailbox_id'], messages],
  )
  return messages
}

/** Beside his own keys, which stay the active ones. */
function asRetired(column: string): string {
  if (column === 'account_id') return '$1::uuid'
  if (column === 'state') return `'retired'`
  return column === 'retired_at' ? 'created_at' : column
}

/** Both generations of keys that the victim's messages need, under the rogue's account. */
async function takeKeys(database: Superuser, { rogue, victim }: Known): Promise<number> {
  let written = 0
  for (const table of ['account_key', 'epoch_key']) {
    await database.dropConstraints(table)
    const columns = await database.columns(table)
    const names = columns.map(({ name }) => name)
    const taken = names.map(asRetired)
    written += await database.execute(
      `INSERT INTO ${table} (${names.join(', ')})
        SELECT ${taken.join(', ')} FROM ${table} WHERE account_id = $2`,
      [rogue.accountId, victim.accountId],
    )
  }
  return written
}
