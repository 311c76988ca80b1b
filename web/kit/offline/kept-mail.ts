/** What was read, as it is kept: names of its parts, and what stands in them. */
import type { Email, EmailContent, Mailbox, Session } from '../jmap/types.ts'

/** The place of everything: who he is, and which mailboxes there are. */
export interface Frame {
  readonly session: Session
  readonly mailboxes: Readonly<Record<string, readonly Mailbox[]>>
  /** When the server last said so, in milliseconds. */
  readonly at: number
}

export interface KeptRow {
  readonly accountId: string
  readonly email: Email
}

export const frameName = 'frame'

export function keyOf(accountId: string, emailId: string): string {
  return `${accountId} ${emailId}`
}

/** @throws RangeError where it is no key. */
export function partsOf(key: string): { readonly accountId: string; readonly id: string } {
  const [accountId, id] = key.split(' ')
  if (accountId === undefined || id === undefined) throw new RangeError('no key')
  return { accountId, id }
}

export function listName(key: string): string {
  return `list ${key}`
}

export function fileName(key: string): string {
  return `file ${key}`
}

export function rowName(key: string): string {
  return `row ${key}`
}

export function contentName(key: string): string {
  return `content ${key}`
}

/** A row with whatever of its message is asked for later. */
export interface OpenedRow extends KeptRow {
  /** Undefined: its list was seen, the message was not opened. */
  readonly readContent?: () => Promise<EmailContent>
}
