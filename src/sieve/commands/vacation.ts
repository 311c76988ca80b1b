/** vacation: an answer that says its owner is away. RFC 5230, RFC 6131. Whether it is sent, delivery decides. */
import type { CommandDefinition } from '../definition.ts'
import { reasonCharactersMax, vacationDaysDefault, vacationDaysMax } from '../limits.ts'

const daySeconds = 86_400

export const vacation: CommandDefinition = {
  name: 'vacation',
  needs: 'vacation',
  tags: [
    { name: 'days', value: 'number', group: 'period' },
    { name: 'seconds', value: 'number', group: 'period', needs: 'vacation-seconds' },
    { name: 'subject', value: 'text' },
    { name: 'from', value: 'text' },
    { name: 'addresses', value: 'list' },
    { name: 'mime' },
    { name: 'handle', value: 'text' },
  ],
  values: [{ name: 'reason', kind: 'text' }],
  run(run, args) {
    // RFC 5230 §4.1: at least a day; RFC 6131 §2 lets seconds be fewer, 0 means every time.
    const days = Math.max(args.number('days') ?? vacationDaysDefault, 1)
    const seconds = args.number('seconds') ?? days * daySeconds
    const wish = {
      reason: args.text('reason').slice(0, reasonCharactersMax),
      isMime: args.has('mime'),
      seconds: Math.min(seconds, vacationDaysMax * daySeconds),
      subject: args.findText('subject'),
      from: args.findText('from'),
      addresses: args.list('addresses'),
      handle: args.findText('handle'),
    }
    run.add({ kind: 'vacation', wish }, true)
    return 'next'
  },
}
