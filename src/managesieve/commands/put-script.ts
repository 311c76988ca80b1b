/** PUTSCRIPT: kept whole or refused with the place of its fault; in force it stays so. RFC 5804 §2.6. */
import { putFilter } from '../../directory/write/set-filter.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export async function putScript(session: Session, tokens: readonly Token[]): Promise<void> {
  const args = new Arguments(tokens)
  const name = args.text('name')
  const script = args.script()
  args.end()
  const { owner } = session
  const wanted = { accountId: owner.accountId, name, script }
  await session.ports.scripts.write(owner, (tx, writing) => putFilter(tx, writing, wanted))
  session.say({ status: 'OK', text: 'The script is kept' })
}
