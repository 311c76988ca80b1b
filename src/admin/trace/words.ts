/** What the mail log says, in plain words for who follows a message. */
import type { MailLogEntry, MailLogOutcome } from '../../audit/mail-log.ts'

const reasons: Readonly<Record<string, string>> = {
  'try-again': 'something of ours was out of reach for now',
  'too-busy': 'the node had too much to do',
  suspended: 'the mailbox is suspended',
  'member-suspended': 'this member of the list is suspended',
  'member-unknown': 'this member of the list exists no more',
  'no-such-address': 'nobody has this address',
  'no-such-account': 'nobody has this mailbox any more',
  'over-quota': 'the mailbox is full',
  'too-large': 'the message is larger than is taken',
  'relay-denied': 'mail to other systems is not passed on from there',
  'list-closed': 'the list does not take mail from this sender',
  'list-moderated': 'the list has no moderator to ask',
  moderation: 'the moderator of the list is to let it through',
  'moderation-refused': 'the moderator of the list did not let it through',
  'held-refused': 'it was set aside, and an administrator refused it',
  'held-expired': 'it was set aside, and nobody let it go in time',
  'moderation-expired': 'no moderator of the list let it through in time',
  'mail-loop': 'the message had been there before',
}

const numbers = new Intl.NumberFormat('en')

export function takenSentence(entry: MailLogEntry, shownRecipients: number): string {
  const { event, remoteAddress, octets, recipients, recipientCount } = entry
  const count = recipientCount ?? recipients.length
  const many = count === 1 ? '1 recipient' : `${count} recipients`
  const yours = shownRecipients === count ? '' : `, ${shownRecipients} of them in your care`
  const from =
    event === 'submitted' ? 'a user who signed in' : `the server at ${remoteAddress ?? 'unknown'}`
  return `Taken from ${from}: ${numbers.format(octets)} octets for ${many}${yours}.`
}

export function outcomeSentence(outcome: MailLogOutcome): string {
  const { recipient, attempt, reason } = outcome
  if (reason === 'report') return `Read as a report of another system, at ${recipient}.`
  if (reason === 'report-refused')
    return `Not read as a report at ${recipient}: it is none, or nobody vouches for it.`
  const whom = `${recipient}${viaOf(outcome)}`
  const tries = attempt === undefined ? '' : ` at attempt ${attempt}`
  const why = reasonOf(outcome)
  const sentences: Readonly<Record<MailLogOutcome['result'], string>> = {
    delivered: `Delivered to the mailbox of ${whom}${tries}.`,
    relayed: `Handed to the system of ${whom}${tries}.`,
    queued: `Put in the queue for ${whom}${why}.`,
    deferred: `Not yet delivered to ${whom}${tries}${why}; it is tried again.`,
    held: `Held back for ${whom}${why === '' ? ': no way to there is known' : why}.`,
    failed: `Not delivered to ${whom}${tries}${why}. The sender is told.`,
  }
  return sentences[outcome.result]
}

function viaOf({ list, addressed, redirect }: MailLogOutcome): string {
  if (redirect !== undefined) return `, sent on by the redirect of ${redirect}`
  if (list !== undefined) return `, as a member of ${list}`
  return addressed === undefined ? '' : `, written to ${addressed}`
}

function reasonOf({ reason, enhanced }: MailLogOutcome): string {
  if (reason === undefined) return ''
  const code = enhanced === undefined ? '' : ` (${enhanced})`
  return `: ${reasons[reason] ?? `the answer was ${reason}`}${code}`
}
