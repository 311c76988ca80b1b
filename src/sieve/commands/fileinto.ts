/** fileinto. RFC 5228 §4.1, with :copy (RFC 3894), :create (RFC 5490), :specialuse (RFC 8579). */
import type { CommandDefinition } from '../definition.ts'
import { RunFault } from '../run-fault.ts'
import { flagsFor, flagsTag } from './flags-tag.ts'

export const fileinto: CommandDefinition = {
  name: 'fileinto',
  needs: 'fileinto',
  tags: [
    { name: 'copy', needs: 'copy' },
    { name: 'create', needs: 'mailbox' },
    { name: 'specialuse', needs: 'special-use', value: 'text' },
    flagsTag,
  ],
  values: [{ name: 'mailbox', kind: 'text' }],
  run(run, args) {
    const mailbox = args.text('mailbox')
    if (mailbox === '') throw new RunFault('a mailbox has a name')
    run.add(
      {
        kind: 'fileinto',
        mailbox,
        isCreated: args.has('create'),
        specialUse: args.findText('specialuse')?.toLowerCase(),
        flags: flagsFor(run, args),
      },
      args.has('copy'),
    )
    return 'next'
  },
}
