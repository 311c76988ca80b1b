/**
 * Connections to other servers, used again while they are warm. So many to one destination, so many
 * in all: who comes later waits for one to be given back.
 */
import type { OutboundConnection } from './connection.ts'
import {
  connectionsMax,
  connectionsPerDestination,
  idleMs,
  messagesPerConnection,
} from './limits.ts'

interface Destination {
  readonly idle: { readonly connection: OutboundConnection; readonly timer: NodeJS.Timeout }[]
  inUse: number
}

export class Pool implements Disposable {
  readonly #destinations = new Map<string, Destination>()
  readonly #waiting: { readonly key: string; readonly go: () => void }[] = []
  #inUse = 0
  #isClosed = false

  /** Uses one connection to a destination; opens one where none is warm. Its errors are yours. */
  async use<T>(
    key: string,
    open: () => Promise<OutboundConnection>,
    work: (connection: OutboundConnection) => Promise<T>,
  ): Promise<T> {
    await this.#enter(key)
    let connection: OutboundConnection | undefined
    try {
      connection = this.#takeWarm(key) ?? (await open())
      const result = await work(connection)
      await this.#giveBack(key, connection)
      return result
    } catch (error) {
      connection?.close()
      throw error
    } finally {
      this.#leave(key)
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    for (const { idle } of this.#destinations.values())
      for (const { connection, timer } of idle.splice(0)) {
        clearTimeout(timer)
        connection.close()
      }
    this.#destinations.clear()
  }

  async #enter(key: string): Promise<void> {
    if (!this.#hasRoom(key)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push({ key, go: resolve })
      await promise
      return
    }
    this.#count(key, 1)
  }

  #leave(key: string): void {
    this.#count(key, -1)
    const at = this.#waiting.findIndex((waiter) => this.#hasRoom(waiter.key))
    if (at < 0) return
    const [next] = this.#waiting.splice(at, 1)
    if (next === undefined) return
    this.#count(next.key, 1)
    next.go()
  }

  #hasRoom(key: string): boolean {
    const inUse = this.#destinations.get(key)?.inUse ?? 0
    return inUse < connectionsPerDestination && this.#inUse < connectionsMax
  }

  #count(key: string, by: 1 | -1): void {
    const destination = this.#destinations.get(key) ?? { idle: [], inUse: 0 }
    destination.inUse += by
    this.#inUse += by
    this.#destinations.set(key, destination)
    this.#forgetEmpty(key, destination)
  }

  #takeWarm(key: string): OutboundConnection | undefined {
    const idle = this.#destinations.get(key)?.idle ?? []
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      clearTimeout(one.timer)
      if (one.connection.isOpen) return one.connection
      one.connection.close()
    }
    return undefined
  }

  async #giveBack(key: string, connection: OutboundConnection): Promise<void> {
    if (connection.sent < messagesPerConnection && connection.isOpen) await connection.reset()
    const destination = this.#destinations.get(key)
    const isSpent = connection.sent >= messagesPerConnection || !connection.isOpen
    if (isSpent || this.#isClosed || destination === undefined) return connection.close()
    const timer = setTimeout(() => {
      const at = destination.idle.findIndex((one) => one.connection === connection)
      if (at >= 0) destination.idle.splice(at, 1)
      connection.close()
      this.#forgetEmpty(key, destination)
    }, idleMs)
    timer.unref()
    destination.idle.push({ connection, timer })
  }

  #forgetEmpty(key: string, { inUse, idle }: Destination): void {
    if (inUse === 0 && idle.length === 0) this.#destinations.delete(key)
  }
}
