/** body: the text of a message. RFC 5173. */
import type { Arguments } from '../arguments.ts'
import type { TestDefinition } from '../definition.ts'
import { scriptFault } from '../syntax/position.ts'
import { isMatch, matchTags } from '../tags.ts'
import type { BodyTransform } from '../types.ts'

export const body: TestDefinition = {
  name: 'body',
  needs: 'body',
  tags: [
    ...matchTags,
    { name: 'raw', group: 'transform' },
    { name: 'text', group: 'transform' },
    { name: 'content', group: 'transform', value: 'list' },
  ],
  values: [{ name: 'keys', kind: 'list' }],
  check({ at, given }) {
    // RFC 5173 §4: what wildcards stand for cannot be had of a body, so we do not pretend.
    if (given.has('count')) throw scriptFault(at, 'body cannot be counted')
  },
  async test(run, args) {
    return isMatch(run, args, await run.message.body(transformOf(args)), args.list('keys'))
  },
}

function transformOf(args: Arguments): BodyTransform {
  if (args.has('raw')) return { kind: 'raw' }
  if (args.has('content'))
    return { kind: 'content', types: args.list('content').map((type) => type.toLowerCase()) }
  return { kind: 'text' }
}
