/** DELETESCRIPT: of one that is not in force. RFC 5804 §2.10. */
import { putInForce, removeFilter } from '../../directory/write/set-filter.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export async function deleteScript(session: Session, tokens: readonly Token[]): Promise<void> {
  const args = new Arguments(tokens)
  const name = args.text('name')
  args.end()
  const { owner } = session
  const { accountId } = owner
  const { scripts } = session.ports
  if (scripts.inForce(accountId)?.name === name) {
    session.say({ status: 'NO', code: 'ACTIVE', text: 'This script is in force: end it first' })
    return
  }
  const kept = scripts.of(owner.principal, owner).find((one) => one.name === name)
  await scripts.write(owner, async (tx, writing) => {
    // In force of who is owner or holder no longer: nothing runs it.
    if (kept?.isInForce === true) await putInForce(tx, writing, { accountId, name: undefined })
    await removeFilter(tx, writing, { accountId, name })
  })
  session.say({ status: 'OK', text: 'The script is gone' })
}
