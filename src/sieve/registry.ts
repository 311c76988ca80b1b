/** Every command and every test there is. */
import { ereject, reject } from './commands/reject.ts'
import { fileinto } from './commands/fileinto.ts'
import { addflag, removeflag, setflag } from './commands/flags.ts'
import { addheader, deleteheader } from './commands/header.ts'
import { global, include, returnCommand } from './commands/include.ts'
import { discard, keep, stop } from './commands/keep.ts'
import { redirect } from './commands/redirect.ts'
import { set } from './commands/set.ts'
import { vacation } from './commands/vacation.ts'
import type { CommandDefinition, TestDefinition } from './definition.ts'
import { address } from './tests/address.ts'
import { body } from './tests/body.ts'
import { alwaysFalse, alwaysTrue } from './tests/constants.ts'
import { currentdate, date } from './tests/date.ts'
import { duplicate } from './tests/duplicate.ts'
import { envelope } from './tests/envelope.ts'
import { exists } from './tests/exists.ts'
import { hasflag } from './tests/hasflag.ts'
import { header } from './tests/header.ts'
import { allof, anyof, not } from './tests/logic.ts'
import { mailboxexists, specialuseExists } from './tests/mailbox.ts'
import { size } from './tests/size.ts'
import { string } from './tests/string.ts'

/** `require`, `if`, `elsif` and `else` are the compiler's own. */
export const commands: ReadonlyMap<string, CommandDefinition> = byName([
  addflag,
  addheader,
  deleteheader,
  discard,
  ereject,
  fileinto,
  global,
  include,
  keep,
  redirect,
  reject,
  removeflag,
  returnCommand,
  set,
  setflag,
  stop,
  vacation,
])

export const tests: ReadonlyMap<string, TestDefinition> = byName([
  address,
  allof,
  alwaysFalse,
  alwaysTrue,
  anyof,
  body,
  currentdate,
  date,
  duplicate,
  envelope,
  exists,
  hasflag,
  header,
  mailboxexists,
  not,
  size,
  specialuseExists,
  string,
])

function byName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): ReadonlyMap<string, Definition> {
  return new Map(definitions.map((definition) => [definition.name, definition]))
}
