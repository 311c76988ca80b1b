/** What of the worker's world is used: the types of a page know no worker. Service Workers (W3C). */

export interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

export interface AskedEvent extends WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

/** Push API (W3C) §9. */
export interface PushedEvent extends WorkerEvent {
  readonly data: { text(): string } | null
}

export interface ChosenEvent extends WorkerEvent {
  readonly notification: Notification
}

export interface WindowClient {
  readonly url: string
  readonly focused: boolean
  focus(): Promise<WindowClient>
  postMessage(message: unknown, transfer: Transferable[]): void
}

export interface Worker {
  readonly location: { readonly origin: string }
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: {
      readonly type: 'window'
      readonly includeUncontrolled: boolean
    }): Promise<readonly WindowClient[]>
    openWindow(url: string): Promise<WindowClient | null>
  }
  skipWaiting(): Promise<void>
  addEventListener(
    type: 'install' | 'activate' | 'message',
    act: (event: WorkerEvent) => void,
  ): void
  addEventListener(type: 'fetch', act: (event: AskedEvent) => void): void
  addEventListener(type: 'push', act: (event: PushedEvent) => void): void
  addEventListener(type: 'notificationclick', act: (event: ChosenEvent) => void): void
}

// Only ever run as one.
export const worker = globalThis as unknown as Worker
