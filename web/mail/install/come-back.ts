/** A page that was opened without a network asks again by itself. */
import type { MailApp } from '../app/model.ts'

/** The browser's word that it is online comes early, or never: time alone is to be relied on. */
const retryMs = 3_000

export function comeBackByItself(app: MailApp): void {
  let isTrying = false
  const attempt = async () => {
    if (isTrying || (app.status.value !== 'away' && !app.isOffline)) return
    isTrying = true
    try {
      await app.start()
    } finally {
      isTrying = false
    }
  }
  setInterval(() => void attempt(), retryMs)
  addEventListener('online', () => void attempt())
}
