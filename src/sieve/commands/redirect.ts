/** redirect. RFC 5228 §4.2, with :copy (RFC 3894). */
import type { CommandDefinition } from '../definition.ts'
import { RunFault } from '../run-fault.ts'

/** RFC 5321 §4.5.3.1.3. */
const addressOctetsMax = 254

export const redirect: CommandDefinition = {
  name: 'redirect',
  tags: [{ name: 'copy', needs: 'copy' }],
  values: [{ name: 'address', kind: 'text' }],
  run(run, args) {
    const address = args.text('address').trim()
    if (!isAddress(address)) throw new RunFault('redirect needs one address')
    run.add({ kind: 'redirect', address }, args.has('copy'))
    return 'next'
  },
}

function isAddress(text: string): boolean {
  return Buffer.byteLength(text) <= addressOctetsMax && /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text)
}
