/**
 * A new master key: every key under a former one is rewrapped, row by row. Nodes are first given
 * both masters, then this runs, then the former one is taken away: at no moment can one not read.
 */
import { departmentPlace } from './department-rows.ts'
import type { DepartmentPurpose } from './department-rows.ts'
import type { Ground } from './ground.ts'
import { platformPlace } from './platform-rows.ts'
import { listUnderOtherMasters, replaceWrapping } from './rotation-rows.ts'
import type { MasteredRow, MasteredTable } from './rotation-rows.ts'
import type { Place, Told } from './types.ts'

const tables: readonly MasteredTable[] = ['platform_key', 'department_key']

/** @returns how many keys were rewrapped. */
export async function rotateMaster(
  { database, masters }: Ground,
  told: Told = () => undefined,
): Promise<number> {
  let rewrapped = 0
  for (const table of tables) {
    for (;;) {
      // Again until there is none: a node may make a key under the former master meanwhile.
      const rows = await listUnderOtherMasters(database, table, masters.current.id)
      if (rows.length === 0) break
      for (const row of rows) {
        const held = { masterId: row.master_id, wrapped: row.wrapped }
        await replaceWrapping(database, table, row, await masters.rewrap(placeOf(row), held))
      }
      rewrapped += rows.length
      told(rewrapped, 0)
    }
  }
  return rewrapped
}

function placeOf(row: MasteredRow): Place {
  if (row.department_id === undefined) return platformPlace(row.purpose, row.key_id)
  return departmentPlace({
    departmentId: row.department_id,
    // The column's CHECK allows these two only.
    purpose: row.purpose as DepartmentPurpose,
    keyId: row.key_id,
  })
}
