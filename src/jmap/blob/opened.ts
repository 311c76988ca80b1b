/** Blobs opened for one method call: the last is kept for its neighbours, and all together are not endless. */
import type { Account } from '../core/account.ts'
import { blobOctetsOpenedMax } from '../limits.ts'
import { openBlob, type Blob } from './blob.ts'

export class OpenedBlobs {
  readonly #account: Account
  readonly #tooMany: () => Error
  #octets = 0
  #last: { readonly id: string; readonly blob: Blob | undefined } | undefined

  /** @param tooMany what is thrown when the call asks for more than is read for one. */
  constructor(account: Account, tooMany: () => Error) {
    this.#account = account
    this.#tooMany = tooMany
  }

  /** Undefined: there is none, or none for him. */
  async open(id: string): Promise<Blob | undefined> {
    if (this.#last?.id === id) return this.#last.blob
    if (this.#octets > blobOctetsOpenedMax) throw this.#tooMany()
    const blob = await openBlob(this.#account, id)
    this.#octets += blob?.octets.length ?? 0
    this.#last = { id, blob }
    return blob
  }
}
