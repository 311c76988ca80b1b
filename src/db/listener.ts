/**
 * LISTEN on a direct connection of its own (poolers break LISTEN). A lost connection is opened again
 * and `onReconnect` told, because notices in between are lost: whoever listens reads anew.
 */
import { Client, escapeIdentifier, type ClientConfig } from 'pg'
import type { Listener } from './types.ts'

const reconnectDelayMs = 250

export interface ListenerOptions {
  readonly config: ClientConfig
  readonly channel: string
  readonly onNotice: (payload: string) => void
  readonly onReconnect: () => void
}

export function openListener(options: ListenerOptions): Listener {
  return new PostgresListener(options)
}

class PostgresListener implements Listener {
  readonly ready: Promise<void>
  readonly #options: ListenerOptions
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: ListenerOptions) {
    this.#options = options
    this.ready = this.#connect().then(
      () => undefined,
      () => this.#later(),
    )
  }

  async #connect(): Promise<void> {
    const client = new Client(this.#options.config)
    // 'error' and 'end' both follow a broken socket; 'end' is the one that always comes.
    client.on('error', () => undefined)
    client.on('notification', (notice) => this.#options.onNotice(notice.payload ?? ''))
    await client.connect()
    await client.query(`LISTEN ${escapeIdentifier(this.#options.channel)}`)
    if (this.#isClosed) return client.end()
    client.on('end', () => this.#later())
    this.#client = client
  }

  #later(): void {
    this.#client = undefined
    if (this.#isClosed || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#connect().then(
        () => this.#options.onReconnect(),
        () => this.#later(),
      )
    }, reconnectDelayMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.ready
    await this.#client?.end()
  }
}
