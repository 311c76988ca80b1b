/** Delivery as the doors meet it: each verb in its own file, put together here. */
import { checkRecipient } from './check-recipient.ts'
import { checkSender } from './check-sender.ts'
import { deliver } from './deliver.ts'
import { judgeSubmission } from './judge/submission.ts'
import { messageOctetsMax } from './limits.ts'
import type { DeliveryOptions, DeliveryParts } from './ports.ts'
import { prepareLetThrough, prepareTurnAway } from './moderation/settle.ts'
import { logHeldEnd } from './quarantine/end.ts'
import { QuotaAnswers } from './quota-answers.ts'
import { release } from './release.ts'
import { planSubmission, submit } from './submit.ts'
import type { OwnedDelivery } from './types.ts'

export function createDelivery(options: DeliveryOptions): OwnedDelivery {
  const parts = createParts(options)
  return {
    checkRecipient: (envelope, recipient, octetsDeclared) =>
      checkRecipient(parts, {
        envelope,
        recipient,
        isUser: false,
        ...(octetsDeclared === undefined ? {} : { octetsDeclared }),
      }),
    deliver: (peer, envelope, recipients, message) =>
      deliver(parts, { peer, envelope, recipients, message }),
    checkSender: (principal, reversePath) => checkSender(parts, principal, reversePath),
    priorityFor: ({ departmentId }, asked) =>
      asked && Math.min(asked, parts.directory.policy('mail.priority-max', departmentId)),
    checkSubmissionRecipient: (_principal, envelope, recipient) =>
      checkRecipient(parts, { envelope, recipient, isUser: true }),
    submit: (principal, peer, envelope, recipients, message) =>
      submit(parts, principal, { peer, envelope, recipients, message }),
    checkSubmission: async (sending, message) => {
      await judgeSubmission(parts, planSubmission(parts, { ...sending, message }), true)
    },
    release: (sending, message, finish) => release(parts, sending, message, finish),
    prepareLetThrough: (post) => prepareLetThrough(parts, post),
    prepareTurnAway: (post, why) => prepareTurnAway(parts, post, why),
    logHeldEnd: (copy, how) => logHeldEnd(parts, copy, how),
  }
}

export function createParts(options: DeliveryOptions): DeliveryParts {
  const { limits, log, postmaster, postmasters = () => [], ...rest } = options
  return {
    ...rest,
    postmaster,
    postmasters,
    messageOctetsMax: limits?.messageOctetsMax ?? messageOctetsMax,
    quotaAnswers: new QuotaAnswers(options.store, options.clock),
    log: log ?? { info: () => undefined, warn: () => undefined, error: () => undefined },
  }
}
