/** One random act of a client, and what it may hear meanwhile. */
import type { Answer, ImapPeer } from '../support/imap-peer.ts'
import type { Believer, Rules } from './believer.ts'

export const mailboxes = ['Left', 'Right'] as const

export interface Client {
  /** Another one after the connection broke. */
  peer: ImapPeer
  readonly believer: Believer
  readonly random: () => number
  readonly isQresync: boolean
  mailbox: (typeof mailboxes)[number]
}

const anything: Rules = { mayExpunge: true }
const numbersStay: Rules = { mayExpunge: false }
/** Above it half of a mailbox is expunged: an hour is to be as quick as a minute. */
const messagesMax = 150
const flags = ['\\Seen', '\\Flagged', '\\Answered', '$Work', '$Later'] as const

export async function select(client: Client, mailbox: Client['mailbox']): Promise<void> {
  const { believer } = client
  believer.open(mailbox)
  believer.isLost = false
  client.mailbox = mailbox
  const { status } = await say(client, `SELECT ${mailbox}`, anything)
  believer.isLost = status !== 'OK'
  if (believer.isLost) return
  if (believer.messages.length > 0) await say(client, 'FETCH 1:* (UID FLAGS)', numbersStay)
}

/**
 * Selects with what it remembers: nothing may be missing (RFC 7162 §3.2.5). @returns false when it does
 * not remember enough to say so.
 */
export async function resync(client: Client): Promise<boolean> {
  const { believer, mailbox } = client
  const known = believer.messages.filter(({ uid }) => uid !== undefined)
  const { uidValidity, highestModSeq } = believer
  if (known.length < believer.messages.length || highestModSeq === 0 || uidValidity === 0)
    return false
  const remembered = structuredClone(known)
  believer.open(mailbox)
  // What the client remembers stands before what the server says of it.
  believer.messages = remembered
  const answer = await client.peer.command(
    `SELECT ${mailbox} (QRESYNC (${uidValidity} ${highestModSeq}))`,
  )
  believer.isLost = answer.status !== 'OK'
  const vanished = answer.untagged.filter(([first]) => first === 'VANISHED')
  believer.hear(vanished, anything)
  believer.hear(
    answer.untagged.filter(([first]) => first !== 'VANISHED'),
    anything,
  )
  return true
}

async function leaveAndComeBack(client: Client): Promise<void> {
  await say(client, 'UNSELECT', anything)
  if (!(await resync(client))) await select(client, client.mailbox)
}

export async function act(client: Client): Promise<void> {
  const { believer, random } = client
  if (believer.isLost) await select(client, client.mailbox)
  // The server said no: the next act tries again.
  if (believer.isLost) return
  const dice = Math.floor(random() * 14)
  const count = believer.messages.length
  if (count > messagesMax) await expunge(client, `1:${Math.ceil(count / 2)}`)
  else if (dice === 0) await append(client)
  else if (dice === 1) await select(client, mailboxes[random() < 0.5 ? 0 : 1])
  else if (dice === 2) await say(client, 'NOOP', anything)
  else if (dice === 3) await say(client, 'UID SEARCH RETURN (COUNT) UNSEEN', anything)
  else if (dice === 4) await say(client, 'SEARCH OR FLAGGED SUBJECT e', numbersStay)
  else if (dice === 5) await say(client, 'SORT (SUBJECT REVERSE ARRIVAL) UTF-8 ALL', numbersStay)
  else if (dice === 6 && client.isQresync) await leaveAndComeBack(client)
  else if (count === 0) await append(client)
  else await onMessages(client, dice, range(client, count))
}

async function onMessages(client: Client, dice: number, set: string): Promise<void> {
  const { random } = client
  const flag = flags[Math.floor(random() * flags.length)] ?? '\\Seen'
  const sign = random() < 0.6 ? '+' : '-'
  if (dice === 7) await say(client, `FETCH ${set} (UID FLAGS)`, numbersStay)
  else if (dice === 8) await say(client, `FETCH ${set} (UID BODY.PEEK[HEADER])`, numbersStay)
  else if (dice === 9) await say(client, `STORE ${set} ${sign}FLAGS (${flag})`, numbersStay)
  else if (dice === 10) await expunge(client, set)
  else if (dice === 11) await say(client, `COPY ${set} ${other(client)}`, anything)
  else if (dice === 12) await say(client, `MOVE ${set} ${other(client)}`, anything)
  else await say(client, `UID FETCH 1:* (FLAGS)`, anything)
}

async function expunge(client: Client, set: string): Promise<void> {
  await say(client, `STORE ${set} +FLAGS (\\Deleted)`, numbersStay)
  await say(client, 'EXPUNGE', anything)
}

function other({ mailbox }: Client): string {
  return mailbox === 'Left' ? 'Right' : 'Left'
}

function range({ random }: Client, count: number): string {
  const first = 1 + Math.floor(random() * count)
  return random() < 0.7 ? String(first) : `${first}:${Math.min(count, first + 3)}`
}

async function append(client: Client): Promise<void> {
  const subject = `letter ${Math.floor(client.random() * 1e9).toString(36)}`
  const octets = `Subject: ${subject}\r\n\r\nText\r\n`
  const target = mailboxes[client.random() < 0.5 ? 0 : 1]
  await say(client, `APPEND ${target} {${octets.length}+}\r\n${octets}`, anything)
}

export async function say(client: Client, text: string, rules: Rules): Promise<Answer> {
  const answer = await client.peer.command(text)
  client.believer.hear(answer.untagged, rules)
  // A client that keeps to what it was told is never wrong; what others deleted meanwhile may be gone.
  if (answer.status === 'BAD') throw new Error(`${client.peer.name}: ${text}: ${answer.line}`)
  return answer
}
