/** Every command there is. RFC 5804 §2. */
import { authenticate } from './commands/authenticate.ts'
import { capability } from './commands/capability.ts'
import { checkScript } from './commands/check-script.ts'
import { deleteScript } from './commands/delete-script.ts'
import { getScript } from './commands/get-script.ts'
import { haveSpace } from './commands/have-space.ts'
import { listScripts } from './commands/list-scripts.ts'
import { logout } from './commands/logout.ts'
import { noop } from './commands/noop.ts'
import { putScript } from './commands/put-script.ts'
import { renameScript } from './commands/rename-script.ts'
import { setActive } from './commands/set-active.ts'
import { startTls } from './commands/start-tls.ts'
import { unauthenticate } from './commands/unauthenticate.ts'
import type { Session } from './session.ts'
import type { Token } from './wire/reader.ts'

export type Run = (session: Session, args: readonly Token[]) => Promise<void> | void

export interface Verb {
  readonly run: Run
  /** Who has not signed in hears so and nothing else. */
  readonly isForUsers: boolean
}

const forAll = (run: Run): Verb => ({ run, isForUsers: false })
const forUsers = (run: Run): Verb => ({ run, isForUsers: true })

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['AUTHENTICATE', forAll(authenticate)],
  ['STARTTLS', forAll(startTls)],
  ['LOGOUT', forAll(logout)],
  ['CAPABILITY', forAll(capability)],
  ['NOOP', forAll(noop)],
  ['HAVESPACE', forUsers(haveSpace)],
  ['PUTSCRIPT', forUsers(putScript)],
  ['LISTSCRIPTS', forUsers(listScripts)],
  ['SETACTIVE', forUsers(setActive)],
  ['GETSCRIPT', forUsers(getScript)],
  ['DELETESCRIPT', forUsers(deleteScript)],
  ['RENAMESCRIPT', forUsers(renameScript)],
  ['CHECKSCRIPT', forUsers(checkScript)],
  ['UNAUTHENTICATE', forUsers(unauthenticate)],
])

export function findVerb(name: string): Verb | undefined {
  return verbs.get(name)
}
