/** CANCELUPDATE: results that need no longer be kept up to date. RFC 5267 §4.3.5. */
import { command, no, ok, selectedState } from '../command.ts'
import { dropContext } from '../search/contexts.ts'
import type { Cursor } from '../wire/cursor.ts'

export const cancelUpdate = command({
  states: selectedState,
  parse(cursor: Cursor): readonly string[] {
    const tags: string[] = []
    do {
      cursor.space()
      tags.push(cursor.string())
    } while (!cursor.isEnd)
    return tags
  },
  run({ mailbox }, tags) {
    const unknown = tags.filter((tag) => !dropContext(mailbox, tag))
    if (unknown.length > 0) return no('There is no result of that tag')
    return ok('They are kept up to date no longer')
  },
})
