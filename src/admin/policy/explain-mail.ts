/** What the rules of mail say of a message that the asker brings: every fact, every rule that fired. */
import { z } from 'zod'
import { text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import { explainedOctetsMax, explainedRecipientsMax } from '../limits.ts'
import { changing } from '../verb.ts'

const explanation = z.strictObject({
  action: z.string(),
  /** The rule that decided. */
  reason: z.string(),
  marks: z.array(z.string()),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  fired: z.array(
    z.strictObject({
      rule: z.string(),
      action: z.string(),
      setBy: z.enum(['built-in', 'platform', 'department']),
      about: z.string(),
    }),
  ),
})

export const explainMail = changing({
  id: 'policies.explain-mail',
  path: '/mail-verdicts',
  act: 'policy.read',
  summary: 'Says what the rules of mail would do with a message, and why. Nothing is done with it.',
  // Base64 of the largest message, and some room.
  bodyOctetsMax: explainedOctetsMax * 2,
  input: z.object({
    /** The message, base64. */
    message: z
      .base64()
      .max(explainedOctetsMax * 2)
      .default(''),
    /** Empty: a report. */
    from: z.string().max(320).default(''),
    to: z.array(z.string().max(320)).max(explainedRecipientsMax).default([]),
    /** The address that would bring it; without one a user of ours sends it. */
    peer: z.union([z.ipv4(), z.ipv6()]).optional(),
    helo: z.string().max(255).optional(),
    department: text('The department').optional(),
  }),
  output: explanation,
  example: {
    action: 'refuse',
    reason: 'dmarc-reject',
    marks: ['external'],
    facts: { direction: 'in', spf: 'none', dmarc: 'fail', dmarcPolicy: 'reject' },
    fired: [
      {
        rule: 'dmarc-reject',
        action: 'refuse',
        setBy: 'built-in',
        about: 'The author’s domain does not stand behind it and asks for such mail to be refused.',
      },
    ],
  },
  run: async ({ directory, explainMail: explain }, input) => {
    const { message, from, to, peer, helo = 'localhost', department } = input
    const departmentId =
      department === undefined ? undefined : getDepartment(directory, department).id
    const { action, reason, marks, facts, fired } = await explain({
      message: Buffer.from(message, 'base64'),
      from,
      to,
      peer: peer === undefined ? undefined : { remoteAddress: peer, heloName: helo },
      departmentId,
    })
    return {
      action,
      reason,
      marks: [...marks],
      facts: { ...facts },
      fired: fired.map(({ name: rule, ...rest }) => ({ rule, ...rest })),
    }
  },
})
