/** size: of the whole message. RFC 5228 §5.9. */
import { scriptFault } from '../syntax/position.ts'
import type { TestDefinition } from '../definition.ts'

export const size: TestDefinition = {
  name: 'size',
  tags: [
    { name: 'over', group: 'side' },
    { name: 'under', group: 'side' },
  ],
  values: [{ name: 'octets', kind: 'number' }],
  check({ at, given }) {
    if (!given.has('over') && !given.has('under'))
      throw scriptFault(at, 'size needs :over or :under')
  },
  test(run, args) {
    const octets = args.number('octets') ?? 0
    return args.has('over') ? run.message.octets > octets : run.message.octets < octets
  },
}
