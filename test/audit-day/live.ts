/** The script of the day: rounds of the same work by other people, then the log is read and compared. */
import { z } from 'zod'
import { demoGovernment } from '../../src/app/demo/government.ts'
import { bootPlatform } from '../support/platform.ts'
import { sendFromOutside } from '../support/mail-programs.ts'
import { compare, type Difference } from './compare.ts'
import { Day } from './day.ts'
import type { Fact } from './expected.ts'
import * as approvals from './hours/approvals.ts'
import * as desk from './hours/desk.ts'
import * as machine from './hours/machine.ts'
import * as mail from './hours/mail.ts'
import * as sessions from './hours/sessions.ts'
import * as submission from './hours/submission.ts'
import { factsOf, readLog } from './read-log.ts'

export interface DayOptions {
  readonly rounds: number
  /** How many people look into their own mail in each round. */
  readonly readers: number
  /** A backup writes a chain of its own, which another process takes over after half a minute. */
  readonly hasBackup: boolean
}

export interface DayDone extends Difference {
  readonly acts: number
  readonly entries: number
  readonly voids: number
  /** Kinds that the day expected. */
  readonly kinds: ReadonlySet<string>
  readonly said: string
}

export async function live({ rounds, readers, hasBackup }: DayOptions): Promise<DayDone> {
  await using platform = await bootPlatform({ isNew: true })
  const before = await readLog(platform, 'morning')
  const day = new Day(platform)
  const cast = castOf(day)
  const lastUid = await mail.lastSharedUid(day, cast.member)
  await fillShared(day, rounds)
  await giveOffices(day, cast)
  const people = platform.ready.people.slice(0, readers)
  for (let round = 1; round <= rounds; round++) {
    for (const person of people) await mail.ownMail(day, person)
    await officeHours(day, cast, round)
    await mailHours(day, cast, { round, lastUid })
  }
  await approvals.examination(day, { ...cast, officer: cast.information, owner: cast.colleague })
  await approvals.passwordReset(day, { ...cast, person: cast.colleague })
  await sessions.endForAnother(day, cast.helpDesk, cast.holder)
  await sessions.signOut(day, cast.owner)
  await maintenance(day, cast, hasBackup)
  return await close(day, before.leaves.length)
}

type Cast = ReturnType<typeof castOf>

function castOf({ platform }: Day) {
  const person = (name: string) => platform.person(name)
  return {
    administrator: person('yw.tang'),
    central: person('kh.wong'),
    security: person('tk.ho'),
    reviewer: person('sf.lam'),
    auditor: person('hc.yip'),
    contractor: person('kk.ng'),
    helpDesk: person('ps.kwok'),
    information: person('cm.cheung'),
    holder: person('ch.leung'),
    successor: person('ml.fung'),
    owner: person('wl.chan'),
    member: person('my.lee'),
    colleague: person('ml.fung'),
    stranger: person('wl.chan'),
  }
}

async function fillShared({ platform }: Day, rounds: number): Promise<void> {
  const outside = sendFromOutside(platform)
  for (let round = 1; round <= rounds; round++)
    for (let index = 1; index <= mail.sharedPerRound; index++)
      await outside.sendMail({
        from: 'a@b.example',
        to: mail.sharedAddress,
        subject: mail.subjectOf(round, index),
        text: 'x',
      })
  outside.close()
}

async function giveOffices(day: Day, cast: Cast): Promise<void> {
  await machine.giveRole(day, cast.administrator, 'department-administrator', 'PIO')
  await machine.giveRole(day, cast.central, 'central-administrator')
  await machine.giveRole(day, cast.security, 'security-officer')
  await machine.giveRole(day, cast.reviewer, 'security-officer')
  await machine.giveRole(day, cast.auditor, 'auditor')
  await machine.giveRole(day, cast.contractor, 'central-operator')
  await machine.giveRole(day, cast.helpDesk, 'help-desk', 'PIO')
  await machine.giveRole(day, cast.information, 'access-to-information-officer', 'PIO')
  const { administrator, central, security, reviewer, auditor, contractor } = cast
  const officers = [administrator, central, security, reviewer, auditor, contractor]
  for (const person of [...officers, cast.helpDesk, cast.information, cast.holder, cast.owner])
    await day.signInAtDesk(person)
}

async function officeHours(day: Day, cast: Cast, round: number): Promise<void> {
  await desk.directoryWork(day, cast.administrator, round)
  await desk.looking(day, cast)
  await desk.refusedActs(day, cast)
  await desk.ownAffairs(day, cast.holder, cast.helpDesk)
  await desk.shutOut(day, cast.holder, cast.helpDesk, 'lr')
  await approvals.decisions(day, cast, round)
  await machine.emptyQueue(day, cast.owner, cast.central)
}

async function mailHours(day: Day, cast: Cast, turn: mail.SharedTurn): Promise<void> {
  const { owner, helpDesk, member } = cast
  await mail.sharedMail(day, member, turn)
  await mail.postMail(day, owner, 'SEO(A)2')
  await mail.accessLists(day, owner, member)
  await mail.wrongPassword(day, owner)
  await desk.letIn(day, owner, helpDesk, 'lrs0')
  const name = demoGovernment().people.find(({ address }) => address === owner.address)
  await mail.delegatedMail(day, owner, helpDesk, name?.names.en ?? '')
  const forOwner = { account: owner.address, how: 'on-behalf' } as const
  await submission.send(day, helpDesk, { from: owner.address, as: forOwner })
  await desk.shutOut(day, owner, helpDesk, 'lrs0')
  await submission.send(day, owner, { from: owner.address })
  await submission.send(day, owner, { from: 'seo-a2@td.gov.example' })
  const asShared = { account: mail.sharedAddress, how: 'send-as' } as const
  await submission.send(day, member, { from: mail.sharedAddress, as: asShared })
  await submission.wrongPassword(day, member)
}

const statusSchema = z.object({ nodeId: z.string() })

async function maintenance(day: Day, { central }: Cast, hasBackup: boolean): Promise<void> {
  const { nodeId } = statusSchema.parse(await day.command('status'))
  await machine.rotateKeys(day, central)
  await machine.restart(day, nodeId)
  if (hasBackup) await machine.backUp(day, nodeId)
}

async function close(day: Day, first: number): Promise<DayDone> {
  await day.rememberDirectory()
  const nodes = day.expected
    .map(({ fact }) => fact['nodeId'])
    .filter((id) => typeof id === 'string')
  const log = await readLog(day.platform, 'evening', nodes)
  const all = factsOf(log, log.leaves.slice(first), day.nameOf)
  // A number whose act was rolled back, named and without content: what waits for a second person
  // is tried before it is asked for.
  const found = all.filter(({ kind }) => kind !== 'void')
  // What the reading of the log itself leaves: the operator asks for the newest number.
  const reading: Fact = { kind: 'audit-read', principalId: 'operator', event: 'list' }
  const own = found.filter(
    (fact) => fact.kind === 'audit-read' && fact['principalId'] === 'operator',
  )
  const expected = [...day.expected, ...own.map(() => ({ act: 'reading the log', fact: reading }))]
  const difference = compare(expected, found)
  const kinds = new Set<string>(day.expected.map(({ fact }) => fact.kind))
  const voids = all.length - found.length
  const { acts } = day
  return { acts, entries: found.length, voids, kinds, said: log.said, ...difference }
}
