/** Every method and what it does: the whole of what a client can call. RFC 8620 §3.3. */
import type { Method } from './core/call.ts'
import { echo } from './core/echo.ts'
import { mailboxChanges } from './mailbox/changes.ts'
import { mailboxGet } from './mailbox/get.ts'
import { mailboxQuery, mailboxQueryChanges } from './mailbox/query.ts'
import { mailboxSet } from './mailbox/set.ts'
import { threadChanges, threadGet } from './thread/get.ts'

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['Core/echo', echo],
  ['Mailbox/get', mailboxGet],
  ['Mailbox/changes', mailboxChanges],
  ['Mailbox/query', mailboxQuery],
  ['Mailbox/queryChanges', mailboxQueryChanges],
  ['Mailbox/set', mailboxSet],
  ['Thread/get', threadGet],
  ['Thread/changes', threadChanges],
])
