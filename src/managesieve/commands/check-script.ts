/** CHECKSCRIPT: whether a script could be kept; nothing is. RFC 5804 §2.12. */
import { compileScript } from '../../sieve/compile.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export function checkScript(session: Session, tokens: readonly Token[]): void {
  const args = new Arguments(tokens)
  const script = args.script()
  args.end()
  compileScript(script)
  session.say({ status: 'OK', text: 'The script has no fault' })
}
