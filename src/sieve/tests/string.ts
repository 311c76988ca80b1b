/** string: texts with variables in them. RFC 5229 §5. */
import type { TestDefinition } from '../definition.ts'
import { isMatch, matchTags } from '../tags.ts'

export const string: TestDefinition = {
  name: 'string',
  needs: 'variables',
  tags: matchTags,
  values: [
    { name: 'sources', kind: 'list' },
    { name: 'keys', kind: 'list' },
  ],
  test(run, args) {
    const sources = args.list('sources')
    // Empty ones do not count (RFC 5229 §5).
    const values = args.has('count') ? sources.filter((text) => text !== '') : sources
    return isMatch(run, args, values, args.list('keys'))
  },
}
