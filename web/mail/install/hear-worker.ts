/** What the worker says to this window. */
import { openInbox } from '../../worker/messages.ts'
import type { MailApp } from '../app/model.ts'

/** @returns ends it */
export function hearWorker(hear: (said: unknown) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined
  const listen = ({ data }: MessageEvent) => hear(data)
  navigator.serviceWorker.addEventListener('message', listen)
  return () => navigator.serviceWorker.removeEventListener('message', listen)
}

/** A notification was chosen: to the inbox of whoever is signed in. */
export function openInboxWhenAsked(app: MailApp): void {
  hearWorker((said) => {
    if (said !== openInbox || app.status.value !== 'ready') return
    const [own] = app.client.accountIds()
    app.closeScreen()
    if (own !== undefined) void app.openAccount(own)
  })
}
