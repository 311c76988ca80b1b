/** ID: who the server is; what the client says of itself is read and not kept. RFC 2971. */
import { anyState, command, ok } from '../command.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'

/** RFC 2971 §3.3. */
const fieldsMax = 30

export const id = command({
  states: anyState,
  parse(cursor) {
    cursor.space()
    if (!cursor.tryWord('NIL')) parseFields(cursor)
  },
  run(session) {
    // No version: a stranger needs none, and a colleague asks elsewhere.
    session.writer.untagged('ID ("name" "Tamar")')
    return ok('Pleased to meet you')
  },
})

function parseFields(cursor: Cursor): void {
  const fields = cursor.list(() => {
    cursor.string()
    cursor.space()
    cursor.nstring()
  }, true)
  if (fields.length > fieldsMax) throw new BadSyntax('Too many fields')
}
