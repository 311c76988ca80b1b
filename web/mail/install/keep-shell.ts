/**
 * The page's side of its worker: the bundle is kept in this browser while somebody is signed in, and
 * removed when he is not. Service Workers (W3C); Trusted Types.
 */
import type { Value } from '../../kit/observable.ts'
import { pushBrowser } from './push-browser.ts'
import { shellPrefix, workerPath } from '../../worker/caches.ts'
import type { Status } from '../app/model.ts'

/** The first inbox has the line for itself. */
const waitMs = 2_000

export function keepShellWhileSignedIn(status: Value<Status>): void {
  // Not there in some private windows: the page then needs the network to open, as any other.
  if (!('serviceWorker' in navigator)) return
  status.changed.subscribe(() => {
    if (status.value === 'signed-out') void dropShell()
    if (status.value === 'ready')
      setTimeout(() => {
        if (status.value === 'ready') void keepShell()
      }, waitMs)
  })
}

async function keepShell(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(trusted(), { scope: '/mail/' })
    // One that was there before may have lost its cache at a sign-out.
    registration.active?.postMessage('keep')
  } catch {
    // A browser that will not: as without a worker.
  }
}

async function dropShell(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(shellPrefix))
  await Promise.all(names.map((name) => caches.delete(name)))
  const registration = await navigator.serviceWorker.getRegistration('/mail/')
  // Whoever comes next is told nothing of who was here.
  await (await pushBrowser.find())?.unsubscribe()
  await registration?.unregister()
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

let address: string | undefined

/** The one address a worker may have, as the page's policy wants it said. */
function trusted(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
  address ??=
    trustedTypes === undefined
      ? workerPath
      : trustedTypes
          .createPolicy('tamar-worker', { createScriptURL: onlyTheWorker })
          .createScriptURL(workerPath)
  return address
}

function onlyTheWorker(url: string): string {
  if (url !== workerPath) throw new TypeError('no such worker')
  return url
}
