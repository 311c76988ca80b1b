/** The browser's side of pushing, through the worker's registration. Push API (W3C). */
import type { PushBrowser } from '../settings/notify/model.ts'

/** Some browsers never answer where they cannot reach their maker. */
const subscribeMs = 10_000

export const pushBrowser: PushBrowser = {
  isThere: () =>
    'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis,
  async find() {
    if (!pushBrowser.isThere()) return undefined
    const registration = await navigator.serviceWorker.getRegistration('/mail/')
    return (await registration?.pushManager.getSubscription()) ?? undefined
  },
  askPermission: () => Notification.requestPermission(),
  async subscribe(applicationServerKey) {
    const registration = await navigator.serviceWorker.getRegistration('/mail/')
    // A browser that would not keep the worker: there is nobody to wake.
    if (registration === undefined) throw new Error('no worker')
    const { pushManager } = await navigator.serviceWorker.ready
    const subscribing = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('no answer')), subscribeMs)
    try {
      return await Promise.race([subscribing, late.promise])
    } catch (error) {
      // What comes of it later nobody waits for.
      subscribing.then(
        (subscription) => subscription.unsubscribe(),
        () => undefined,
      )
      throw error
    } finally {
      clearTimeout(timer)
    }
  },
}
