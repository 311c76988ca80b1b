/** Others' mail, opened or sent on as a request says. */
import { z } from 'zod'
import type { Executor, Executors } from '../execute.ts'
import { openMail, type MailOpening, type MailPorts } from '../opened-mail/open-mail.ts'
import { sendOn } from '../redirects/send-on.ts'
import { accountIdOf } from './object.ts'

const redirect = z.object({ target: z.string(), to: z.number().optional() })
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
  const redirected: Executor = (tx, writing, request) => {
    const accountId = accountIdOf(request)
    return sendOn(tx, ports, writing, { accountId, ...redirect.parse(request.input) })
  }
  return {
    'redirect.set': redirected,
    'redirect.set-external': redirected,
    'mailbox.examine': open('mailbox.examine'),
    'mail.take-over': open('mail.take-over'),
    'mail.export': open('mail.export'),
    'mail.restore-to-another': open('mail.restore-to-another'),
    'break-glass': open('break-glass'),
  }
}
