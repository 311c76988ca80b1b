/** mailboxexists (RFC 5490 §3.1) and specialuse_exists (RFC 8579 §4). */
import type { TestDefinition } from '../definition.ts'

export const mailboxexists: TestDefinition = {
  name: 'mailboxexists',
  needs: 'mailbox',
  values: [{ name: 'mailboxes', kind: 'list' }],
  async test(run, args) {
    for (const name of args.list('mailboxes')) {
      run.budget.spend(1)
      if (!(await run.place.hasMailbox(name))) return false
    }
    return true
  },
}

export const specialuseExists: TestDefinition = {
  name: 'specialuse_exists',
  needs: 'special-use',
  values: [
    { name: 'mailbox', kind: 'text', isOptional: true },
    { name: 'uses', kind: 'list' },
  ],
  async test(run, args) {
    for (const use of args.list('uses')) {
      run.budget.spend(1)
      if (!(await run.place.hasSpecialUse(use.toLowerCase(), args.findText('mailbox'))))
        return false
    }
    return true
  },
}
