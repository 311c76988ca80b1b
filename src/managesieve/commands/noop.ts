/** NOOP, with a word of the client's that is said back to him. RFC 5804 §2.13. */
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import { formatString } from '../wire/format.ts'
import type { Token } from '../wire/reader.ts'

export function noop(session: Session, tokens: readonly Token[]): void {
  const args = new Arguments(tokens)
  const tag = args.isEmpty ? undefined : args.text('tag')
  args.end()
  const code = tag === undefined ? undefined : `TAG ${formatString(tag)}`
  session.say({ status: 'OK', code, text: 'Done' })
}
