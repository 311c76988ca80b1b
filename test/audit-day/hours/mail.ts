/** IMAP: everybody in his own mail, a member in a shared mailbox, a delegate, a holder, strangers. */
import assert from 'node:assert/strict'
import type { ImapPeer } from '../../support/imap-peer.ts'
import type { Person } from '../../support/platform.ts'
import { said, type Day } from '../day.ts'
import type { Fact } from '../expected.ts'

export const sharedAddress = 'roadworks@td.gov.example'
const shared = 'Shared/Road Works Enquiries'
/** Messages that a round takes from the shared mailbox. */
export const sharedPerRound = 8

export function subjectOf(round: number, index: number): string {
  return `Hole ${round}-${index} in the road`
}

/** Nothing of it is in the log but that he came. */
export async function ownMail(day: Day, person: Person): Promise<void> {
  const { address } = person
  await using peer = await day.readMail(person)
  for (const line of ['SELECT INBOX', 'FETCH 1 (ENVELOPE)', 'UID SEARCH TEXT "the"', 'CHECK'])
    await day.act(`${address} in his own mail: ${line}`, () => said(peer, line))
}

export interface SharedTurn {
  readonly round: number
  /** Of the mailbox before the day's messages came. */
  readonly lastUid: number
}

/** A member of a shared mailbox: what he reads, changes and deletes there. */
export async function sharedMail(day: Day, person: Person, turn: SharedTurn): Promise<void> {
  const { round, lastUid } = turn
  const { address: principalId } = person
  await using peer = await day.readMail(person, 'password')
  const mailboxId = await mailboxIdOf(peer, shared)
  await said(peer, `SELECT "${shared}"`)
  const uid = (index: number) => lastUid + (round - 1) * sharedPerRound + index
  const by = { principalId, accountId: sharedAddress, mailboxId }
  const read = (set: string): Fact => ({ kind: 'mail-read', ...by, uids: set })
  const gone = (set: string): Fact => ({ kind: 'mail-delete', ...by, uids: set })
  const change = (what: string, set = '', more = {}): Fact => ({
    kind: 'mail-change',
    ...by,
    change: what,
    uids: set,
    ...more,
  })
  const act = (line: string, ...facts: Fact[]) =>
    day.act(`${principalId} in ${shared}: ${line}`, () => said(peer, line), ...facts)

  await act(`UID FETCH ${uid(1)}:${uid(2)} (ENVELOPE)`, read(`${uid(1)}:${uid(2)}`))
  await act(`UID FETCH ${uid(1)}:${uid(2)} (ENVELOPE)`)
  await act(`UID FETCH ${uid(1)}:${uid(3)} (ENVELOPE)`, read(`${uid(3)}`))
  await act(`UID FETCH ${uid(1)}:${uid(8)} (FLAGS)`)
  const found = { principalId, accountId: sharedAddress, where: 'mail', count: 1 } as const
  const looked = `UID SEARCH SUBJECT "${subjectOf(round, 4)}"`
  await act(looked, { kind: 'search', ...found }, read(`${uid(4)}`))
  await act('UID SEARCH FLAGGED')
  await act(`UID STORE ${uid(1)} +FLAGS (\\Flagged)`, change('flag', `${uid(1)}`))
  await act(`UID STORE ${uid(1)} -FLAGS (\\Flagged)`)
  await act(`UID STORE ${uid(2)} +FLAGS (\\Seen)`)
  const octets = 'Subject: A note\r\n\r\nx'
  await act(`APPEND "${shared}" {${octets.length}+}\r\n${octets}`, change('append'))

  const folder = `${shared}/Round ${round}`
  const made = await day.act(
    `${principalId} makes ${folder}`,
    () => said(peer, `CREATE "${folder}"`),
    ({ line }) => change('mailbox', '', { event: 'create', mailboxId: uuidIn(line) }),
  )
  const toMailboxId = uuidIn(made.line)
  await act(`UID COPY ${uid(5)} "${folder}"`, change('copy', `${uid(5)}`, { toMailboxId }))
  await act(`UID MOVE ${uid(6)} "${folder}"`, change('move', `${uid(6)}`, { toMailboxId }))
  await act(`UID COPY ${uid(1)} INBOX`)
  await act(`UID COPY ${uid(7)} INBOX`, read(`${uid(7)}`))
  await act(`UID MOVE ${uid(7)} INBOX`, gone(`${uid(7)}`))
  await act(`UID STORE ${uid(8)} +FLAGS (\\Deleted)`, change('flag', `${uid(8)}`))
  await act(`UID EXPUNGE ${uid(8)}`, gone(`${uid(8)}`))
  const inFolder = { mailboxId: toMailboxId }
  const renamed = change('mailbox', '', { event: 'rename', ...inFolder })
  await act(`RENAME "${folder}" "${shared}/Done ${round}"`, renamed)
  const deleted = change('mailbox', '', { event: 'delete', ...inFolder })
  await act(`DELETE "${shared}/Done ${round}"`, deleted, { ...gone('1:2'), ...inFolder })
}

/** The holder of a post in its mail: his own. */
export async function postMail(day: Day, person: Person, post: string): Promise<void> {
  await using peer = await day.readMail(person)
  for (const line of [`SELECT "Posts/${post}"`, 'FETCH 1:* (ENVELOPE)'])
    await day.act(`${person.address} in his post: ${line}`, () => peer.command(line))
}

/** Who was let in by the owner. */
export async function delegatedMail(day: Day, owner: Person, delegate: Person, name: string) {
  await using peer = await day.readMail(delegate)
  const mailbox = `Shared/${name}`
  const mailboxId = await mailboxIdOf(peer, mailbox)
  await day.act(`he opens ${mailbox}`, () => said(peer, `SELECT "${mailbox}"`))
  const by = { principalId: delegate.address, accountId: owner.address, mailboxId }
  const { untagged } = await said(peer, 'UID SEARCH ALL')
  const uid = numbersIn(untagged)[0] ?? assert.fail('nothing to read')
  const line = `UID FETCH ${uid} (BODY.PEEK[])`
  const fact = { kind: 'mail-read', ...by, uids: `${uid}` } as const
  await day.act(`${delegate.address} reads: ${line}`, () => said(peer, line), fact)
  await day.act('he reads it again', () => said(peer, line))
}

/** Rights given and taken by the owner's own mail program. */
export async function accessLists(day: Day, owner: Person, delegate: Person): Promise<void> {
  await using peer = await day.readMail(owner)
  const mailboxId = await mailboxIdOf(peer, 'INBOX')
  const { address } = owner
  const of = { accountId: address, mailboxId, toPrincipalId: delegate.address }
  const fact = { kind: 'delegation', principalId: address, ...of, rights: 'lr' } as const
  const set = `SETACL INBOX ${delegate.address} lr`
  await day.act(set, () => said(peer, set), { ...fact, event: 'grant' })
  const end = `DELETEACL INBOX ${delegate.address}`
  await day.act(end, () => said(peer, end), { ...fact, event: 'revoke' })
}

export async function wrongPassword(day: Day, person: Person): Promise<void> {
  await using peer = await day.openImap()
  const { address: identity } = person
  const how = { door: 'imap', outcome: 'failure', mechanism: 'password' } as const
  const fact = { kind: 'sign-in', ...how, identity, reason: 'bad-credentials' } as const
  await day.act(
    `${identity} with a wrong password`,
    async () => {
      const answer = await peer.command(`LOGIN "${identity}" "aaaa-bbbb-cccc-dddd"`)
      assert.equal(answer.status, 'NO')
    },
    fact,
  )
}

async function mailboxIdOf(peer: ImapPeer, name: string): Promise<string> {
  const { untagged } = await said(peer, `STATUS "${name}" (MAILBOXID)`)
  return uuidIn(JSON.stringify(untagged))
}

/** The UID after which what is sent for the day arrives, in order: nobody else has been there yet. */
export async function lastSharedUid(day: Day, person: Person): Promise<number> {
  await using peer = await day.readMail(person)
  const { untagged } = await said(peer, `STATUS "${shared}" (UIDNEXT)`)
  const next = numbersIn(untagged).at(-1) ?? assert.fail('no UIDNEXT')
  return next - 1
}

function numbersIn(values: unknown): readonly number[] {
  const texts = JSON.stringify(values).match(/\d+/g) ?? []
  return texts.map(Number)
}

function uuidIn(text: string): string {
  return /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? assert.fail(`no id in ${text}`)
}
