/** envelope: the paths of the delivery. RFC 5228 §5.4. */
import { partsOf, splitAddress } from '../address-part.ts'
import type { TestDefinition } from '../definition.ts'
import { addressPartTags, isMatch, matchTags } from '../tags.ts'

export const envelope: TestDefinition = {
  name: 'envelope',
  needs: 'envelope',
  tags: [...matchTags, ...addressPartTags],
  values: [
    { name: 'parts', kind: 'list' },
    { name: 'keys', kind: 'list' },
  ],
  test(run, args) {
    const { from, to } = run.message.envelope
    const paths: Readonly<Record<string, string>> = { from, to }
    const values = args.list('parts').flatMap((part) => {
      const path = paths[part.toLowerCase()]
      return path === undefined ? [] : partsOf(args, splitAddress(path))
    })
    return isMatch(run, args, values, args.list('keys'))
  },
}
