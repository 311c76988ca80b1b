/** header: the decoded values of fields. RFC 5228 §5.7. */
import type { TestDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'
import { indexTags, isMatch, matchTags, pickIndexed } from '../tags.ts'

export const header: TestDefinition = {
  name: 'header',
  tags: [...matchTags, ...indexTags],
  values: [
    { name: 'names', kind: 'list' },
    { name: 'keys', kind: 'list' },
  ],
  test(run, args) {
    const values = args
      .list('names')
      .flatMap((name) => pickIndexed(args, fieldsOf(run.fields, name)))
      .map(({ text }) => text.trim())
    return isMatch(run, args, values, args.list('keys'))
  },
}
