/** HAVESPACE: whether a script of this name and length could be kept. RFC 5804 §2.5. */
import { Refusal } from '../../base/refusal.ts'
import { filtersMax } from '../../directory/limits.ts'
import { checkName } from '../../directory/write/set-filter.ts'
import { scriptOctetsMax } from '../../sieve/limits.ts'
import { Arguments } from '../arguments.ts'
import type { Session } from '../session.ts'
import type { Token } from '../wire/reader.ts'

export function haveSpace(session: Session, tokens: readonly Token[]): void {
  const args = new Arguments(tokens)
  const name = args.text('name')
  const octets = args.number('length')
  args.end()
  checkName(name)
  if (octets > scriptOctetsMax) throw new Refusal('too-large')
  const { owner } = session
  const all = session.ports.scripts.of(owner.principal, owner)
  if (all.length >= filtersMax && all.every((one) => one.name !== name))
    throw new Refusal('too-many')
  session.say({ status: 'OK', text: 'There is room' })
}
