/** IDLE: what happens is told as it happens, until DONE. RFC 9051 §6.3.13. */
import { isRefusal } from '../../base/refusal.ts'
import { command, noArguments, ok, signedInStates } from '../command.ts'
import { refreshContexts } from '../search/contexts.ts'
import type { Session } from '../session.ts'
import { syncMailbox, tellExpunges } from '../updates.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'

export const idle = command({
  states: signedInStates,
  parse: noArguments,
  async run(session) {
    await syncMailbox(session, true)
    tellExpunges(session)
    session.writer.text('+ idling\r\n')
    session.writer.flush()
    const { notifier } = session
    // Who asked with NOTIFY is told by it, of other mailboxes too (RFC 5465 §4).
    const teller = notifier?.tellsSelected === true ? undefined : tellWhile(session)
    notifier?.release()
    const line = await session.channel.readLine()
    await teller?.stop()
    await notifier?.hold()
    if (line.toUpperCase() !== 'DONE') throw new BadSyntax('DONE was expected')
    return ok('You were idle')
  },
})

/** Tells changes as they are announced; several announcements during one look become one. */
function tellWhile(session: Session) {
  const { selected } = session
  let working: Promise<void> | undefined
  const onChange = (): void => {
    working ??= tellAll(session).finally(() => {
      working = undefined
    })
  }
  if (selected !== undefined) {
    selected.onAnnounced = onChange
    if (selected.isStale) onChange()
  }
  return {
    async stop(): Promise<void> {
      if (selected !== undefined) selected.onAnnounced = undefined
      await working
    },
  }
}

async function tellAll(session: Session): Promise<void> {
  try {
    while (session.selected?.isStale === true) {
      await syncMailbox(session, false)
      await refreshContexts(session)
      tellExpunges(session)
      session.writer.flush()
    }
  } catch (error) {
    if (isRefusal(error, 'not-permitted')) session.channel.sayBye('Your access has ended')
    // The next announcement or command looks again.
    else if (isRefusal(error)) session.ports.log?.warn({ code: error.code }, 'idle could not look')
    else session.ports.log?.error({ err: error }, 'idle failed')
  }
}
