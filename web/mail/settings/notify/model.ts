/**
 * Whether this browser is told of new mail while no window is open: its own push service, and our
 * PushSubscription (RFC 8620 §7.2). It rests on the sign-in: with that it ends.
 */
import { MethodError, RequestError, type Transport } from '../../../kit/jmap/transport.ts'
import type { SetError } from '../../../kit/jmap/types.ts'
import { Value } from '../../../kit/observable.ts'

/** `waiting`: the push service has not brought the code yet. */
export type Notifying = 'reading' | 'trying' | 'off' | 'waiting' | 'on' | NotifyFault

export type NotifyFault =
  /** The browser has no such thing, or not in this window. */
  | 'impossible'
  /** He, or who runs this browser, said no. */
  | 'denied'
  /** Its push service does not answer. */
  | 'noService'
  | 'refused'
  | 'unreachable'

/** What of the browser is used. Push API (W3C). */
export interface PushBrowser {
  /** Undefined where it has none. @throws what the browser throws */
  readonly find: () => Promise<BrowserSubscription | undefined>
  readonly askPermission: () => Promise<NotificationPermission>
  readonly subscribe: (applicationServerKey: string) => Promise<BrowserSubscription>
  readonly isThere: () => boolean
}

export type BrowserSubscription = Pick<PushSubscription, 'endpoint' | 'toJSON' | 'unsubscribe'>

interface Subscribed {
  readonly id: string
  readonly deviceClientId: string
  /** Shown once it was said back. */
  readonly verificationCode: string | null
}

export class NotifyModel {
  readonly now = new Value<Notifying>('reading')
  readonly #transport: Transport
  readonly #browser: PushBrowser
  readonly #applicationServerKey: string

  constructor(transport: Transport, browser: PushBrowser, applicationServerKey: string) {
    this.#transport = transport
    this.#browser = browser
    this.#applicationServerKey = applicationServerKey
  }

  async read(): Promise<void> {
    if (!this.#browser.isThere()) return this.now.set('impossible')
    await this.#settle(async () => {
      const mine = await this.#browser.find()
      const known = mine && (await this.#find(await clientIdOf(mine.endpoint)))
      if (known === undefined) return 'off'
      return known.verificationCode === null ? 'waiting' : 'on'
    })
  }

  async turnOn(): Promise<void> {
    await this.#settle(async () => {
      if ((await this.#browser.askPermission()) !== 'granted') return 'denied'
      this.now.set('trying')
      let mine: BrowserSubscription
      try {
        mine = await this.#browser.subscribe(this.#applicationServerKey)
      } catch {
        // AbortError and its like: the browser's push service is not there for us.
        return 'noService'
      }
      const deviceClientId = await clientIdOf(mine.endpoint)
      if ((await this.#find(deviceClientId)) !== undefined) return 'waiting'
      const keys = mine.toJSON().keys ?? {}
      const types = ['EmailDelivery']
      const create = { mine: { deviceClientId, url: mine.endpoint, keys, types } }
      const { notCreated } = await this.#transport.call<{
        readonly notCreated: Readonly<Record<string, SetError>> | null
      }>('PushSubscription/set', { create })
      if (notCreated === null) return 'waiting'
      await mine.unsubscribe()
      return 'refused'
    })
  }

  async turnOff(): Promise<void> {
    await this.#settle(async () => {
      const mine = await this.#browser.find()
      const known = mine && (await this.#find(await clientIdOf(mine.endpoint)))
      await mine?.unsubscribe()
      if (known !== undefined)
        await this.#transport.call('PushSubscription/set', { destroy: [known.id] })
      return 'off'
    })
  }

  async #find(deviceClientId: string): Promise<Subscribed | undefined> {
    const { list } = await this.#transport.call<{ readonly list: readonly Subscribed[] }>(
      'PushSubscription/get',
      { ids: null },
    )
    return list.find((each) => each.deviceClientId === deviceClientId)
  }

  async #settle(act: () => Promise<Notifying>): Promise<void> {
    try {
      this.now.set(await act())
    } catch (error) {
      if (error instanceof MethodError) this.now.set('refused')
      else if (error instanceof RequestError) this.now.set('unreachable')
      else throw error
    }
  }
}

/** The same for the same subscription of this browser, and no other's; the address itself /get never shows. */
async function clientIdOf(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint))
  const digits = Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, '0'))
  return `web ${digits.join('')}`
}
