/** RENAMESCRIPT: what is in force stays so. RFC 5804 §2.11.1. */
import { renameFilter } from '../../directory/write/set-filter.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export async function renameScript(session: Session, tokens: readonly Token[]): Promise<void> {
  const args = new Arguments(tokens)
  const name = args.text('name')
  const to = args.text('new name')
  args.end()
  const { owner } = session
  const wanted = { accountId: owner.accountId, name, to }
  await session.ports.scripts.write(owner, (tx, writing) => renameFilter(tx, writing, wanted))
  session.say({ status: 'OK', text: 'The script has its new name' })
}
