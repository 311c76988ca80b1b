/** SMTP submission: as oneself, as a post and a shared mailbox, on behalf, and refused. */
import assert from 'node:assert/strict'
import type { Person } from '../../support/platform.ts'
import { signedIn, type Day } from '../day.ts'
import type { Fact } from '../expected.ts'

export interface Sending {
  readonly from: string
  /** Whose entry it leaves; none where it is his own address or his post's. */
  readonly as?: { readonly account: string; readonly how: 'send-as' | 'on-behalf' }
}

export async function send(day: Day, person: Person, { from, as }: Sending): Promise<void> {
  const { address: principalId } = person
  const facts: Fact[] = [signedIn('smtp', 'PLAIN', principalId)]
  if (as !== undefined)
    facts.push({ kind: 'mail-send', principalId, accountId: as.account, as: as.how })
  const mail = { from, to: 'cm.cheung@dh.gov.example', subject: `From ${from}` }
  await day.act(`${principalId} sends as ${from}`, () => day.submit(person, mail), ...facts)
}

export async function wrongPassword(day: Day, person: Person): Promise<void> {
  const { address: identity } = person
  const how = { door: 'smtp', outcome: 'failure', mechanism: 'PLAIN' } as const
  const fact = { kind: 'sign-in', ...how, identity, reason: 'bad-credentials' } as const
  const thief = { ...person, appPassword: 'not the one he has' }
  const mail = { from: identity, to: identity, subject: 'Never sent' }
  const work = () => assert.rejects(day.submit(thief, mail))
  await day.act(`${identity} submits with a wrong password`, work, fact)
}
