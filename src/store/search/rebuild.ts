/** Forgets what is packed of an account: the next rounds pack it anew. Until then all is read singly. */
import type { AccountId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'

export async function forgetSegments(context: StoreContext, account: AccountId): Promise<void> {
  await context.database.transaction(async (tx) => {
    for (const table of ['search_state', 'search_segment', 'search_unpacked']) {
      await tx.execute({ text: `DELETE FROM ${table} WHERE account_id = $1`, values: [account] })
    }
  })
}
