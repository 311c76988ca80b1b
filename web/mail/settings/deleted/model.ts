/** What was deleted and can be had back: by windows, latest deleted first. ADR 0038. */
import type { AccountStore } from '../../../kit/jmap/account-store.ts'
import { MethodError, Reference, RequestError } from '../../../kit/jmap/transport.ts'
import type { EmailAddress, GetResponse, SetError } from '../../../kit/jmap/types.ts'
import { Value } from '../../../kit/observable.ts'

/** Lines asked for at once. */
const pageSize = 50

export interface DeletedEmail {
  readonly id: string
  readonly from: readonly EmailAddress[] | null
  readonly subject: string | null
  readonly deletedAt: string
  readonly recoverableUntil: string
}

export interface Deleted {
  readonly lines: readonly DeletedEmail[]
  /** With those that are not shown yet. */
  readonly total: number
}

export type DeletedFault = 'unreachable' | 'refused' | 'overQuota' | 'notFound'

interface RecoverResponse {
  readonly recovered: Readonly<Record<string, { readonly mailboxId: string }>> | null
  readonly notRecovered: Readonly<Record<string, SetError>> | null
}

export class DeletedModel {
  readonly now = new Value<Deleted | 'reading' | DeletedFault>('reading')
  readonly #store: AccountStore

  constructor(store: AccountStore) {
    this.#store = store
  }

  /** The first window, anew. */
  async read(): Promise<void> {
    try {
      this.now.set(await this.#window(0))
    } catch (error) {
      this.now.set(faultOf(error))
    }
  }

  /** @returns why not */
  async readMore(): Promise<DeletedFault | undefined> {
    const shown = this.now.value
    if (typeof shown === 'string') return undefined
    try {
      const { lines, total } = await this.#window(shown.lines.length)
      // What was deleted meanwhile moved the others down: nothing stands here twice.
      const known = new Set(shown.lines.map(({ id }) => id))
      const fresh = lines.filter(({ id }) => !known.has(id))
      this.now.set({ lines: [...shown.lines, ...fresh], total })
      return undefined
    } catch (error) {
      return faultOf(error)
    }
  }

  async #window(position: number): Promise<Deleted> {
    const [found, got] = await this.#store.calls([
      ['RecoverableEmail/query', { position, limit: pageSize }],
      ['RecoverableEmail/get', { ids: new Reference(0, '/ids') }],
    ])
    const { total } = found as { readonly total: number }
    return { lines: (got as GetResponse<DeletedEmail>).list, total }
  }

  /** Where they were, or into the inbox. @returns how many are back, and why others are not. */
  async putBack(
    ids: readonly string[],
  ): Promise<{ readonly done: number; readonly fault: DeletedFault | undefined }> {
    try {
      const { recovered, notRecovered } = await this.#store.call<RecoverResponse>(
        'RecoverableEmail/recover',
        { ids },
      )
      const back = new Set(Object.keys(recovered ?? {}))
      const shown = this.now.value
      if (typeof shown !== 'string')
        this.now.set({
          lines: shown.lines.filter(({ id }) => !back.has(id)),
          total: shown.total - back.size,
        })
      void this.#store.sync().catch(() => undefined)
      const [refused] = Object.values(notRecovered ?? {})
      return { done: back.size, fault: refused && refusedAs(refused) }
    } catch (error) {
      return { done: 0, fault: faultOf(error) }
    }
  }
}

function refusedAs({ type }: SetError): DeletedFault {
  if (type === 'overQuota' || type === 'notFound') return type
  return type === 'serverFail' || type === 'rateLimit' ? 'unreachable' : 'refused'
}

function faultOf(error: unknown): DeletedFault {
  if (error instanceof MethodError) return 'refused'
  if (error instanceof RequestError) return 'unreachable'
  throw error
}
