/** What a node does by itself: hears of changes, reads them again every two seconds, ends what is over. */
import { minuteMs } from '../base/clock.ts'
import type { Listener } from '../db/types.ts'
import { credentialChannel } from './credentials/content.ts'
import { refreshEveryMs } from './limits.ts'
import type { AccessParts } from './open-parts.ts'
import type { AccessOptions } from './owned-access.ts'
import { failureNotice } from './throttle/throttle.ts'
import { endedNotice } from './web/web-sessions.ts'

interface Acts {
  refresh(): Promise<void>
  /** Of sessions that ended. */
  recordEnded(): Promise<void>
}

/** Until it is disposed. */
export function keepUp(
  { database, directory, clock }: AccessOptions,
  parts: AccessParts,
  acts: Acts,
): AsyncDisposable {
  const { later, sessions, alarms, recorder, web, tokens, lastUse, throttle, reader } = parts
  const stack = new AsyncDisposableStack()
  const look = () => alarms.lookForForbidden()
  stack.use(
    directory.onChange(() => {
      sessions.forget()
      look()
    }),
  )
  look()
  let flushAt = clock.now() + minuteMs
  const tick = () => {
    recorder.sweep()
    const now = clock.now()
    const isFlushDue = now >= flushAt
    if (isFlushDue) flushAt = now + minuteMs
    later.run(async () => {
      await acts.recordEnded()
      await acts.refresh()
      await web.sweep()
      if (!isFlushDue) return
      await tokens.endDead()
      await lastUse.flush()
      await throttle.flush()
    })
  }
  const timer = setInterval(tick, refreshEveryMs)
  timer.unref()
  stack.defer(() => clearInterval(timer))
  const heard = async (notice: string) => {
    if (notice === failureNotice) return throttle.refresh()
    if (notice.startsWith(endedNotice)) return web.heard(notice.slice(endedNotice.length))
    return reader.refresh()
  }
  const listener: Listener = database.listen(
    credentialChannel,
    (notice) => later.run(() => heard(notice)),
    () => later.run(() => acts.refresh()),
  )
  stack.use(listener)
  return stack
}
