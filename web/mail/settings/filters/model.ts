/** The rules of one account: read from its script, and kept as one. RFC 9661 */
import type { JmapClient } from '../../../kit/jmap/client.ts'
import type { AccountStore } from '../../../kit/jmap/account-store.ts'
import { MethodError, RequestError, type Fetch } from '../../../kit/jmap/transport.ts'
import { textOf } from '../../../kit/own-api.ts'
import type { GetResponse, Mailbox, SetResponse } from '../../../kit/jmap/types.ts'
import { Value } from '../../../kit/observable.ts'
import { cleanRule, formatRules, parseRules, type Rule } from './rules.ts'

/** What our script is called beside others. */
export const scriptName = 'Web mail rules'

interface SieveScript {
  readonly id: string
  readonly name: string | null
  readonly blobId: string
  readonly isActive: boolean
}

export type FilterFault = 'unreachable' | 'refused'
export type Shown =
  | { readonly kind: 'reading' }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  /** Somebody's own script is in force: it is shown, and not touched. */
  | { readonly kind: 'script'; readonly name: string; readonly text: string }
  | { readonly kind: FilterFault }

export class Filters {
  readonly now = new Value<Shown>({ kind: 'reading' })
  readonly #client: Pick<JmapClient, 'readBlob' | 'uploadUrl'>
  readonly #store: AccountStore
  readonly #fetch: Fetch
  /** Ours, in force or not. */
  #own: SieveScript | undefined

  constructor(
    client: Pick<JmapClient, 'readBlob' | 'uploadUrl'>,
    store: AccountStore,
    fetch: Fetch,
  ) {
    this.#client = client
    this.#store = store
    this.#fetch = fetch
  }

  async read(): Promise<void> {
    try {
      const { list } = await this.#store.call<GetResponse<SieveScript>>('SieveScript/get', {
        ids: null,
      })
      const active = list.find(({ isActive }) => isActive)
      this.#own = list.find(({ name }) => name === scriptName)
      const text = active === undefined ? formatRules([]) : await this.#textOf(active)
      const rules = parseRules(text)
      if (rules !== undefined) this.now.set({ kind: 'rules', rules })
      else this.now.set({ kind: 'script', name: active?.name ?? '', text })
    } catch (error) {
      this.now.set({ kind: faultOf(error) })
    }
  }

  /** In force when it resolves. @returns undefined when it is done. */
  async add(rule: Rule): Promise<FilterFault | undefined> {
    const { value } = this.now
    const rules = value.kind === 'rules' ? value.rules : []
    return this.#keep([...rules, cleanRule(rule)])
  }

  async remove(rule: Rule): Promise<FilterFault | undefined> {
    const { value } = this.now
    if (value.kind !== 'rules') return 'refused'
    return this.#keep(value.rules.filter((each) => each !== rule))
  }

  async #keep(rules: readonly Rule[]): Promise<FilterFault | undefined> {
    // What is his own stays in force until he has taken it out of force himself.
    if (this.now.value.kind !== 'rules') return 'refused'
    try {
      const blobId = await this.#upload(formatRules(rules))
      const own = this.#own
      const asked =
        own === undefined
          ? { create: { rules: { name: scriptName, blobId } }, onSuccessActivateScript: '#rules' }
          : { update: { [own.id]: { blobId } }, onSuccessActivateScript: own.id }
      const answer = await this.#store.call<SetResponse>('SieveScript/set', asked)
      if (answer.notCreated ?? answer.notUpdated) return 'refused'
      await this.read()
      return undefined
    } catch (error) {
      return faultOf(error)
    }
  }

  async #textOf({ blobId }: SieveScript): Promise<string> {
    const { accountId } = this.#store
    return (await this.#client.readBlob(accountId, blobId, 'application/sieve')).text()
  }

  async #upload(script: string): Promise<string> {
    let response: Response
    try {
      response = await this.#fetch(this.#client.uploadUrl(this.#store.accountId), {
        method: 'POST',
        headers: { 'content-type': 'application/sieve', 'x-tamar-request': '1' },
        body: script,
      })
    } catch (error) {
      throw new RequestError(0, error)
    }
    if (!response.ok) throw new RequestError(response.status)
    const { blobId } = (await response.json()) as { blobId?: unknown }
    return textOf(blobId)
  }
}

/** As Sieve and IMAP name it: all that is above it, parted by slashes. */
export function wholeNameOf(mailbox: Mailbox, all: readonly Mailbox[]): string {
  if (mailbox.role === 'inbox') return 'INBOX'
  const parent = all.find(({ id }) => id === mailbox.parentId)
  return parent === undefined ? mailbox.name : `${wholeNameOf(parent, all)}/${mailbox.name}`
}

function faultOf(error: unknown): FilterFault {
  if (error instanceof MethodError) return 'refused'
  if (error instanceof RequestError) return 'unreachable'
  throw error
}
