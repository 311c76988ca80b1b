/** GETSCRIPT. RFC 5804 §2.9. */
import { Refusal } from '../../base/refusal.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export function getScript(session: Session, tokens: readonly Token[]): void {
  const args = new Arguments(tokens)
  const name = args.text('name')
  args.end()
  const { owner } = session
  const found = session.ports.scripts.of(owner.principal, owner).find((one) => one.name === name)
  if (found === undefined) throw new Refusal('not-found')
  session.write(`{${Buffer.byteLength(found.script)}}\r\n${found.script}\r\n`)
  session.say({ status: 'OK', text: 'That is all' })
}
