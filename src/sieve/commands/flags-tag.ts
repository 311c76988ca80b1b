/** `:flags` of keep and fileinto: without it the flags set before count. RFC 5232 §5. */
import type { Arguments } from '../arguments.ts'
import type { TagDefinition } from '../definition.ts'
import { flagsOf } from '../flags.ts'
import type { Run } from '../run.ts'

export const flagsTag: TagDefinition = { name: 'flags', needs: 'imap4flags', value: 'list' }

export function flagsFor(run: Run, args: Arguments): readonly string[] {
  return args.has('flags') ? flagsOf(args.list('flags')) : run.flags
}
