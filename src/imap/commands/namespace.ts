/** NAMESPACE. RFC 9051 §6.3.10: the own account, posts as other users', shared mailboxes. */
import { command, noArguments, ok, signedInStates } from '../command.ts'
import { postsRoot, sharedRoot } from '../namespace.ts'

export const namespace = command({
  states: signedInStates,
  parse: noArguments,
  run(session) {
    const isPostOnly = session.principal.openedAs !== undefined
    const others = isPostOnly ? 'NIL NIL' : `(("${postsRoot}/" "/")) (("${sharedRoot}/" "/"))`
    session.writer.untagged(`NAMESPACE (("" "/")) ${others}`)
    return ok('These are the namespaces')
  },
})
