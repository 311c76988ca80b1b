/** NOOP and CHECK: whatever is new is told now. RFC 9051 §6.1.2, RFC 3501 §6.4.1. */
import { anyState, command, noArguments, ok, selectedState } from '../command.ts'
import type { Session } from '../session.ts'
import { syncMailbox } from '../updates.ts'

async function poll(session: Session) {
  await syncMailbox(session, true)
  return ok('Done')
}

export const noop = command({ states: anyState, parse: noArguments, run: poll })
export const check = command({ states: selectedState, parse: noArguments, run: poll })
