/** How one signs as each address: formatted and in words, kept by the server for all programs. RFC 8621 §6. */
import type { AccountStore } from '../../../kit/jmap/account-store.ts'
import type { GetResponse, Identity, SetResponse } from '../../../kit/jmap/types.ts'
import { Value } from '../../../kit/observable.ts'
import { readSignatures } from '../../compose/rich-start.ts'
import { RichText } from '../../editor/rich-text.ts'

export interface Signed {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly signature: RichText
}

export type Now = 'reading' | 'unreachable' | readonly Signed[]

export class Signatures {
  readonly now = new Value<Now>('reading')
  readonly #store: AccountStore

  constructor(store: AccountStore) {
    this.#store = store
  }

  async read(): Promise<void> {
    try {
      const { list } = await this.#store.call<GetResponse<Identity>>('Identity/get', { ids: null })
      const read = await readSignatures(list)
      const none = RichText.ofPlainText('')
      this.now.set(
        list.map(({ id, name, email }) => ({ id, name, email, signature: read.get(id) ?? none })),
      )
    } catch {
      // Whatever it was, there is nothing to show; it can be asked again.
      this.now.set('unreachable')
    }
  }

  /** @returns why it was not kept. */
  async save(id: string, signature: RichText): Promise<'unreachable' | 'refused' | undefined> {
    const htmlSignature = signature.isEmpty ? '' : signature.toInnerHtml()
    const update = { [id]: { htmlSignature, textSignature: signature.toText() } }
    try {
      const { updated } = await this.#store.call<SetResponse>('Identity/set', { update })
      return id in (updated ?? {}) ? undefined : 'refused'
    } catch {
      return 'unreachable'
    }
  }
}
