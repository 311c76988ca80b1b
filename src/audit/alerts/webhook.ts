/** An alert as a JSON document, posted to a URL (RFC 9110 §9.3.3). */
import { sendTimeoutMs } from './limits.ts'
import type { Alert, AlertSender } from './types.ts'

/** `https:`, or `http:` to this machine only: the configuration sees to that. */
export function createWebhook(url: string): AlertSender {
  return {
    name: 'webhook',
    send: async (alert) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(documentOf(alert)),
        redirect: 'error',
        signal: AbortSignal.timeout(sendTimeoutMs),
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
    },
  }
}

function documentOf(alert: Alert): object {
  return { ...alert, at: new Date(alert.at).toISOString(), product: 'tamar' }
}
