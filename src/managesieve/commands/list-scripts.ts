/** LISTSCRIPTS. RFC 5804 §2.7. */
import type { Session } from '../session.ts'
import { formatString } from '../wire/format.ts'

export function listScripts(session: Session): void {
  const { owner } = session
  const { scripts } = session.ports
  const active = scripts.inForce(owner.accountId)
  for (const { id, name } of scripts.of(owner.principal, owner))
    session.write(`${formatString(name)}${id === active?.id ? ' ACTIVE' : ''}\r\n`)
  session.say({ status: 'OK', text: 'That is all' })
}
