/**
 * The web mail's service worker: keeps the files of the bundle, so that the page opens without a
 * network. What is kept is a list made at build time and nothing else is ever put beside it: no
 * message, no answer of JMAP, no token. Service Workers (W3C); ADR 0054. It says that mail came (`notify.ts`).
 */
import { shellPrefix, shellsMax } from './caches.ts'
import { decide, pagePath, type Shell } from './decide.ts'
import { listenToPushes } from './notify.ts'
import { worker } from './worker.ts'

declare const __SHELL__: Shell
const shell = __SHELL__
const place = shellPrefix + shell.version

worker.addEventListener('install', (event) => {
  // Names with a hash never clash and the page is asked for first: there is nothing to wait for.
  event.waitUntil(keepShell().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => event.waitUntil(dropOldShells()))

/** Somebody has signed in: what was dropped at a sign-out is kept again. */
worker.addEventListener('message', (event) => event.waitUntil(keepShell()))

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { method, url, mode } = request
  const decision = decide(shell, worker.location.origin, {
    method,
    url,
    isPage: mode === 'navigate',
  })
  if (decision.kind === 'pass') return
  const kept = () => findKept(decision.path)
  const asked = () => fetch(request)
  event.respondWith(
    decision.kind === 'kept'
      ? kept().then((response) => response ?? asked())
      : asked().catch(async (error: unknown) => {
          const response = await kept()
          if (response === undefined) throw error
          return response
        }),
  )
})

listenToPushes(worker)

/** All of it or none: half a shell would open onto a fault. */
async function keepShell(): Promise<void> {
  if ((await findKept(pagePath)) !== undefined) return
  const cache = await caches.open(place)
  // Without cookies: no answer in here can be meant for somebody.
  await cache.addAll([
    ...shell.fixed.map((path) => new Request(path, { credentials: 'omit' })),
    ...shell.fresh.map((path) => new Request(path, { credentials: 'omit', cache: 'no-cache' })),
  ])
}

async function findKept(path: string): Promise<Response | undefined> {
  return caches.match(path, { cacheName: place })
}

/** A window that was opened before a release goes on with its own files: the one before stays. */
async function dropOldShells(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(shellPrefix))
  const others = names.filter((name) => name !== place)
  await Promise.all(others.slice(0, Math.max(0, names.length - shellsMax)).map(drop))
}

function drop(name: string): Promise<boolean> {
  return caches.delete(name)
}
