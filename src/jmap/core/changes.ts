/**
 * What changed between two states of an account, exactly: created, updated, destroyed. A state is a
 * modSeq of the account, or a place within the changes after one, so that any number of changes can be
 * had in pieces. RFC 8620 §5.2; `docs/adr/0018-jmap-state.md`.
 */
import type { EmailFacts } from '../../store/emails/types.ts'
import { changesMax } from '../limits.ts'
import type { AccountReading } from './account.ts'
import { invalidArguments, MethodError } from './method-error.ts'
import type { MethodCall } from './call.ts'

export interface Change {
  readonly id: string
  /** The last change to it. */
  readonly modSeq: number
  readonly kind: 'created' | 'updated' | 'destroyed'
}

export interface EmailChange extends Change {
  readonly threadId: string
}

/** From where changes are told. */
export interface Since {
  readonly modSeq: number
  /** Changes up to this one were told already. */
  readonly told: { readonly modSeq: number; readonly id: string } | undefined
}

const stateForm = /^(\d{1,15})(?:_(\d{1,15})_([\da-f-]{36}))?(-[\w-]{8})?$/

/** @throws MethodError('cannotCalculateChanges') where no such state ever was, or he saw other mailboxes. */
export function parseState(state: string, { view, scope }: AccountReading): Since {
  const match = stateForm.exec(state)
  const modSeq = Number(match?.[1])
  if (match === null || modSeq > view.modSeq || (match[4] ?? '') !== scope)
    throw new MethodError('cannotCalculateChanges')
  const [, , toldModSeq, id] = match
  if (toldModSeq === undefined || id === undefined) return { modSeq, told: undefined }
  return { modSeq, told: { modSeq: Number(toldModSeq), id } }
}

/** @throws MethodError('cannotCalculateChanges') where a backup was put back since. */
export async function requireKnown({ account }: AccountReading, since: number): Promise<void> {
  if (since < (await account.parts.store.statesFrom(account.id)))
    throw new MethodError('cannotCalculateChanges')
}

export interface ChangesPage {
  readonly oldState: string
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
}

export type FindChanges<C extends Change> = (
  reading: AccountReading,
  since: number,
) => Promise<readonly C[]>

/** The whole of a /changes method, but for what changed. */
export async function answerChanges<C extends Change>(
  { args }: MethodCall,
  reading: AccountReading,
  find: FindChanges<C>,
): Promise<{ readonly page: ChangesPage; readonly changes: readonly C[] }> {
  const sinceState = args.string('sinceState')
  const wanted = args.unsigned('maxChanges')
  if (wanted === 0) throw invalidArguments('maxChanges must be more than 0')
  args.end()
  const since = parseState(sinceState, reading)
  const isNow = since.modSeq === reading.view.modSeq
  const [all] = isNow
    ? [[]]
    : await Promise.all([find(reading, since.modSeq), requireKnown(reading, since.modSeq)])
  const ordered = all.filter((change) => isAfter(change, since)).toSorted(compare)
  const changes = ordered.slice(0, Math.min(wanted ?? changesMax, changesMax))
  const last = changes.at(-1)
  const hasMoreChanges = changes.length < ordered.length
  const newState =
    hasMoreChanges && last !== undefined
      ? `${since.modSeq}_${last.modSeq}_${last.id}${reading.scope}`
      : reading.state
  const idsOf = (kind: Change['kind']) =>
    changes.filter((change) => change.kind === kind).map(({ id }) => id)
  const page = {
    oldState: sinceState,
    newState,
    hasMoreChanges,
    created: idsOf('created'),
    updated: idsOf('updated'),
    destroyed: idsOf('destroyed'),
  }
  return { page, changes }
}

function isAfter(change: Change, { told }: Since): boolean {
  return told === undefined || compare(change, told) > 0
}

function compare(a: Pick<Change, 'modSeq' | 'id'>, b: Pick<Change, 'modSeq' | 'id'>): number {
  return a.modSeq - b.modSeq || (a.id < b.id ? -1 : a.id === b.id ? 0 : 1)
}

interface Trace {
  readonly id: string
  readonly threadId: string
  modSeq: number
  /** It was shown at the older state. */
  wasShown: boolean
}

/** Of Emails; also what threads and mailboxes change by. */
export async function findEmailChanges(
  reading: AccountReading,
  since: number,
): Promise<readonly EmailChange[]> {
  const traces = new Map<string, Trace>()
  for (const email of reading.view.changedSince(since)) traceEmail(reading, traces, email, since)
  const { parts, id } = reading.account
  for (const gone of await parts.store.emailsGone(id, since)) {
    // Of a mailbox that is no more it is not known who read it: who read all of them, read it.
    if (reading.isPartial && !reading.readable.has(gone.mailboxId)) continue
    const trace = traceOf(traces, gone)
    trace.modSeq = Math.max(trace.modSeq, gone.modSeq)
    trace.wasShown ||= gone.shownModSeq <= since
  }
  return [...traces.values()].flatMap((trace) => changeOf(reading, trace, since) ?? [])
}

function traceEmail(
  reading: AccountReading,
  traces: Map<string, Trace>,
  email: EmailFacts,
  since: number,
): void {
  if (!email.places.some(({ modSeq }) => modSeq > since)) return
  for (const place of email.places) {
    if (!reading.readable.has(place.mailboxId) || place.modSeq <= since) continue
    const trace = traceOf(traces, email)
    trace.modSeq = Math.max(trace.modSeq, place.modSeq)
  }
}

function traceOf(
  traces: Map<string, Trace>,
  { id, threadId }: Pick<Trace, 'id' | 'threadId'>,
): Trace {
  const known = traces.get(id)
  if (known !== undefined) return known
  const trace = { id, threadId, modSeq: 0, wasShown: false }
  traces.set(id, trace)
  return trace
}

function changeOf(
  reading: AccountReading,
  { id, threadId, modSeq, wasShown }: Trace,
  since: number,
): EmailChange | undefined {
  const email = reading.view.find(id)
  const isShown = email !== undefined && reading.isShown(email)
  const was =
    wasShown ||
    (email?.places ?? []).some(
      ({ mailboxId, shownModSeq }) => shownModSeq <= since && reading.readable.has(mailboxId),
    )
  if (!was && !isShown) return undefined
  return { id, threadId, modSeq, kind: !isShown ? 'destroyed' : was ? 'updated' : 'created' }
}
