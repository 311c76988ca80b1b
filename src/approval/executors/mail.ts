/** Others' mail, opened as a request says. */
import { z } from 'zod'
import type { Executor, Executors } from '../execute.ts'
import { openMail, type MailOpening, type MailPorts } from '../opened-mail/open-mail.ts'
import { accountIdOf } from './object.ts'

const opening = z.object({ personId: z.string(), to: z.number() })

export function mailExecutors(ports: MailPorts): Executors {
  const open =
    (act: MailOpening['act']): Executor =>
    async (tx, writing, request) => {
      const { personId, to } = opening.parse(request.input)
      const accountId = accountIdOf(request)
      const id = await openMail(tx, ports, writing, { act, accountId, personId, to })
      return { opened: id, until: new Date(to).toISOString() }
    }
  return {
    'mailbox.examine': open('mailbox.examine'),
    'mail.take-over': open('mail.take-over'),
    'mail.export': open('mail.export'),
    'mail.restore-to-another': open('mail.restore-to-another'),
    'break-glass': open('break-glass'),
  }
}
