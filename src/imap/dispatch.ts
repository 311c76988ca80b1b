/** One command from its text to its tagged response. */
import { isRefusal, Refusal, type RefusalCode } from '../base/refusal.ts'
import type { Command, Done } from './command.ts'
import { commands } from './commands/table.ts'
import { refusals } from './refusals.ts'
import { refreshContexts } from './search/contexts.ts'
import type { Session, SessionState } from './session.ts'
import { syncMailbox, tellExpunges } from './updates.ts'
import { BadSyntax } from './wire/bad-syntax.ts'
import { Cursor } from './wire/cursor.ts'
import type { RawCommand } from './wire/reader.ts'
import { ConnectionGone } from './wire/writer.ts'

interface Named {
  readonly tag: string
  readonly verb: string
  readonly command: Command | undefined
  readonly cursor: Cursor
}

/** @returns false when what came was no command at all: BAD. */
export async function dispatch(session: Session, raw: RawCommand): Promise<boolean> {
  const startedAt = session.ports.clock.now()
  if (session.notifier !== undefined) await session.notifier.hold()
  let named: Named | undefined
  let done: Done
  try {
    named = nameOf(raw)
    done = await execute(session, named)
  } catch (error) {
    done = answerTo(session, error, named?.command)
  }
  const { writer, ports } = session
  const code = done.code === undefined ? '' : `[${done.code}] `
  writer.text(`${named?.tag ?? '*'} ${done.status} ${code}${done.text}\r\n`)
  writer.flush()
  const verb = named?.command === undefined ? 'unknown' : named.verb
  ports.telemetry?.command(verb, done.status, ports.clock.now() - startedAt)
  session.notifier?.release()
  await done.after?.()
  return done.status !== 'BAD'
}

function nameOf(raw: RawCommand): Named {
  const cursor = new Cursor(raw)
  const tag = cursor.tag()
  // From here on the answer carries the tag, whatever is wrong with the rest.
  try {
    cursor.space()
    let verb = cursor.word()
    if (verb === 'UID') {
      cursor.space()
      verb = `UID ${cursor.word()}`
    }
    return { tag, verb, command: commands.get(verb), cursor }
  } catch (error) {
    if (error instanceof BadSyntax) return { tag, verb: '', command: undefined, cursor }
    throw error
  }
}

async function execute(session: Session, { tag, command, cursor }: Named): Promise<Done> {
  if (command === undefined) throw new BadSyntax('There is no such command')
  if (!command.states.includes(session.state)) throw new BadSyntax(wrongState[session.state])
  if (command.usesNumbers === true && session.enabled.isUidOnly) {
    throw new BadSyntax('Only UIDs are used here', 'UIDREQUIRED')
  }
  const run = command.prepare(cursor, session, tag)
  const isOfMailbox = session.state === 'selected' && !command.states.includes('authenticated')
  if (isOfMailbox) {
    checkStillPermitted(session)
    await syncMailbox(session, false)
  }
  const done = await run()
  if (session.selected !== undefined) {
    await syncQuietly(session)
    if (command.tellsExpunges !== false) tellExpunges(session)
  }
  return done
}

/** A post may end while its mailbox is open: each command asks anew. */
function checkStillPermitted(session: Session): void {
  const { place, id } = session.mailbox
  if (session.may('mail.read', place.mount.grant, id)) return
  session.deselect()
  throw new Refusal('not-permitted')
}

/** The command's work is done: that its echo fails for now must not make it look undone. */
async function syncQuietly(session: Session): Promise<void> {
  try {
    if (session.selected?.isStale === true) await syncMailbox(session, false)
    await refreshContexts(session)
  } catch (error) {
    if (!isRefusal(error)) throw error
    session.ports.log?.warn({ code: error.code }, 'a mailbox could not be brought up to date')
  }
}

const wrongState: Readonly<Record<SessionState, string>> = {
  'not-authenticated': 'Sign in first',
  authenticated: 'Not possible now: select a mailbox, or you are signed in already',
  selected: 'You are signed in already',
  logout: 'The session has ended',
}

function answerTo(session: Session, error: unknown, command: Command | undefined): Done {
  if (error instanceof ConnectionGone) throw error
  if (error instanceof BadSyntax) {
    const status = error.isNo ? 'NO' : 'BAD'
    return { status, text: error.message, ...(error.code !== undefined && { code: error.code }) }
  }
  if (isRefusal(error)) {
    noteRefused(session, error)
    return answerToRefusal(error.code, command)
  }
  session.ports.log?.error({ err: error }, 'a command failed')
  return { status: 'NO', code: 'SERVERBUG', text: 'Something went wrong here, try again later' }
}

/** A try at what is not his is in the trail. What it was stands in the gate's own facts. */
function noteRefused(session: Session, { code, facts }: Refusal): void {
  if (code !== 'not-permitted' || session.state === 'not-authenticated') return
  const act = String(facts['act'] ?? 'mail.read')
  session.ports.access.noteRefused(session.principal, { act, code })
}

function answerToRefusal(code: RefusalCode, command: Command | undefined): Done {
  return command?.refusals?.[code] ?? refusals[code]
}
