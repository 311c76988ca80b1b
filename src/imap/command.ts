/** What a command of the table is: one verb, its states, its parser and its work. */
import type { RefusalCode } from '../base/refusal.ts'
import type { Answer } from './refusals.ts'
import type { Session, SessionState } from './session.ts'
import type { Cursor } from './wire/cursor.ts'

/** The tagged response, RFC 9051 §7.1. */
export interface Done {
  readonly status: 'OK' | 'NO' | 'BAD'
  /** Response code without brackets. */
  readonly code?: string
  readonly text: string
  /** Done once the response is on its way: STARTTLS, COMPRESS, LOGOUT. */
  readonly after?: () => Promise<void> | void
}

interface Rules {
  readonly states: readonly SessionState[]
  /** EXPUNGE may be told at the end: not after FETCH, STORE, SEARCH (RFC 9051 §7.5.1). */
  readonly tellsExpunges?: boolean
  /** It speaks in message numbers, which UIDONLY does away with (RFC 9586 §3). */
  readonly usesNumbers?: boolean
  /** Refusals this verb answers otherwise than the table, e.g. with TRYCREATE. */
  readonly refusals?: Partial<Record<RefusalCode, Answer>>
}

export interface Command extends Rules {
  /** Parses the arguments; what it returns does the work. Parsing changes nothing. */
  readonly prepare: (cursor: Cursor, session: Session, tag: string) => () => Promise<Done> | Done
}

interface Definition<T> extends Rules {
  /** From behind the verb to the end of the line; may throw BadSyntax. */
  readonly parse: (cursor: Cursor, session: Session) => T
  readonly run: (session: Session, request: T, tag: string) => Promise<Done> | Done
}

export function command<T>(definition: Definition<T>): Command {
  const { parse, run, ...rules } = definition
  return {
    ...rules,
    prepare(cursor, session, tag) {
      const request = parse(cursor, session)
      cursor.end()
      return () => run(session, request, tag)
    },
  }
}

export function ok(text: string, code?: string): Done {
  return code === undefined ? { status: 'OK', text } : { status: 'OK', code, text }
}

export function no(text: string, code?: string): Done {
  return code === undefined ? { status: 'NO', text } : { status: 'NO', code, text }
}

export const noArguments = (): undefined => undefined

export const signedInStates: readonly SessionState[] = ['authenticated', 'selected']
export const selectedState: readonly SessionState[] = ['selected']
export const strangerState: readonly SessionState[] = ['not-authenticated']
export const anyState: readonly SessionState[] = ['not-authenticated', 'authenticated', 'selected']

/** A copy's target that does not exist may be made by the client (RFC 9051 §6.4.7). */
export const tryCreate = {
  'no-such-mailbox': { status: 'NO', code: 'TRYCREATE', text: 'There is no such mailbox' },
} as const satisfies Partial<Record<RefusalCode, Answer>>
