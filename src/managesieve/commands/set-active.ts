/** SETACTIVE: that one is in force; with an empty name none is. RFC 5804 §2.8. */
import { putInForce } from '../../directory/write/set-filter.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export async function setActive(session: Session, tokens: readonly Token[]): Promise<void> {
  const args = new Arguments(tokens)
  const name = args.text('name')
  args.end()
  const { owner } = session
  const wanted = { accountId: owner.accountId, name: name === '' ? undefined : name }
  await session.ports.scripts.write(owner, (tx, writing) => putInForce(tx, writing, wanted))
  session.say({ status: 'OK', text: name === '' ? 'No script is in force' : 'It is in force' })
}
