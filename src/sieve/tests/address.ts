/** address: the addresses in fields that hold them. RFC 5228 §5.1. */
import { partsOf } from '../address-part.ts'
import type { TestDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'
import { addressPartTags, indexTags, isMatch, matchTags, pickIndexed } from '../tags.ts'

export const address: TestDefinition = {
  name: 'address',
  tags: [...matchTags, ...addressPartTags, ...indexTags],
  values: [
    { name: 'names', kind: 'list' },
    { name: 'keys', kind: 'list' },
  ],
  test(run, args) {
    const values = args
      .list('names')
      .flatMap((name) => pickIndexed(args, fieldsOf(run.fields, name)))
      .flatMap(({ raw }) => run.message.addresses(raw))
      .flatMap((one) => partsOf(args, one))
    return isMatch(run, args, values, args.list('keys'))
  },
}
