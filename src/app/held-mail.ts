/** Looks each second for mail whose time has come: what was held for undoing leaves on time. */
import { secondMs } from '../base/clock.ts'
import { sendHeldMail } from '../delivery/held-mail.ts'
import type { Platform } from './platform.ts'

/** What two nodes look for at once is given to one of them. */
export function startHeldMail(
  platform: Pick<Platform, 'store' | 'delivery' | 'clock' | 'telemetry'>,
): AsyncDisposable {
  const { log } = platform.telemetry
  let running: Promise<void> | undefined
  const round = async (): Promise<void> => {
    try {
      await sendHeldMail({ ...platform, log })
    } catch (error) {
      log.error('held mail failed', error, {})
    }
  }
  const timer = setInterval(() => {
    running ??= round().finally(() => {
      running = undefined
    })
  }, secondMs).unref()
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
