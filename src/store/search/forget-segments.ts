/** What is packed for search of an account is forgotten, to be packed anew. */
import type { AccountId } from '../../base/id.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import type { StoreContext } from '../context.ts'

/** Below every id: nothing is packed. */
export const firstId = '00000000-0000-0000-0000-000000000000'

/** The state stays and begins anew: whoever is packing now finds that it moved, and gives up. */
export async function forgetSegments(context: StoreContext, account: AccountId): Promise<void> {
  await context.database.transaction(async (tx) => {
    await tx.execute({
      name: 'store.pack-anew',
      text: `UPDATE search_state SET packed_until = '${firstId}', modseq = 0, fold = $2
        WHERE account_id = $1`,
      values: [account, searchTextVersion],
    })
    for (const table of ['search_segment', 'search_unpacked']) {
      await tx.execute({ text: `DELETE FROM ${table} WHERE account_id = $1`, values: [account] })
    }
  })
}
