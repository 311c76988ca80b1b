/** SieveScript/set: scripts are kept, renamed, removed, and one is put in force. RFC 9661 §2.4. */
import type { Tx } from '../../db/types.ts'
import type { Filter } from '../../directory/types.ts'
import {
  createFilter,
  putFilter,
  putInForce,
  removeFilter,
  renameFilter,
} from '../../directory/write/set-filter.ts'
import type { PowersWriting } from '../../directory/write/writing.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Account } from '../core/account.ts'
import { sieveCapability } from '../core/capabilities.ts'
import type { Method, MethodCall } from '../core/call.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet, type SetAnswer } from '../core/set.ts'
import { readScript } from './content.ts'
import { filtersOf, scriptAccountOf, scriptBlobId, scriptsOf, stateOf } from './script.ts'

export const sieveScriptSet: Method = {
  capability: sieveCapability,
  async run(call) {
    const account = scriptAccountOf(call)
    const activate = call.args.stringOrNull('onSuccessActivateScript')
    const deactivates = call.args.boolean('onSuccessDeactivateScript', false)
    const scripts = new Scripts(call, account)
    const verbs = {
      create: (object: JsonObject) => scripts.create(object),
      update: (id: string, patch: JsonObject) => scripts.update(id, patch),
      destroy: (id: string) => scripts.destroy(id),
    }
    const readState = async () => stateOf(account)
    return call.turns.run(`${account.id} sieve`, async () => {
      const answer = await answerSet(call, { accountId: account.id, stateOf: readState, verbs })
      if (answer.notCreated ?? answer.notUpdated ?? answer.notDestroyed) return answer
      const wanted = activate === undefined ? undefined : call.args.resolveId(activate)
      const isKnown = filtersOf(account).some(({ id }) => id === wanted)
      if (!isKnown && !deactivates) return answer
      return scripts.force(isKnown ? wanted : undefined, answer)
    })
  },
}

class Scripts {
  readonly #call: MethodCall
  readonly #account: Account

  constructor(call: MethodCall, account: Account) {
    this.#call = call
    this.#account = account
  }

  async create({ name = null, blobId, isActive = false, ...more }: JsonObject) {
    const wrong = Object.keys(more)
    if (isActive !== false) wrong.push('isActive')
    if (typeof blobId !== 'string') wrong.push('blobId')
    if (name !== null && typeof name !== 'string') wrong.push('name')
    if (wrong.length > 0 || typeof blobId !== 'string') throw invalidProperties(...wrong)
    const script = await this.#readScript(blobId)
    const called = typeof name === 'string' ? name : this.#freeName()
    this.#requireFree(called, undefined)
    const wanted = { accountId: this.#account.id, name: called, script }
    const id = await this.#write((tx, writing) => createFilter(tx, writing, wanted))
    const made = { id, blobId: scriptBlobId({ id, script }), isActive: false }
    return name === null ? { ...made, name: called } : made
  }

  #readScript(blobId: string): Promise<string> {
    return readScript(this.#account, this.#call.args.resolveId(blobId))
  }

  async update(id: string, patch: JsonObject): Promise<object | null> {
    const before = this.#find(id)
    const shown = scriptsOf(this.#account).find((one) => one.id === id)
    const { name = before.name, blobId = null, ...more } = patch
    const wrong = Object.entries(more).flatMap(([property, value]) => {
      // RFC 8620 §5.3: what cannot be changed may be said again as it is.
      const isAsItIs = property === 'id' ? value === id : value === shown?.isActive
      return (property === 'id' || property === 'isActive') && isAsItIs ? [] : [property]
    })
    if (typeof name !== 'string') wrong.push('name')
    if ('blobId' in patch && typeof blobId !== 'string') wrong.push('blobId')
    if (wrong.length > 0 || typeof name !== 'string') throw invalidProperties(...wrong)
    this.#requireFree(name, id)
    const script = typeof blobId === 'string' ? await this.#readScript(blobId) : undefined
    const { id: accountId } = this.#account
    await this.#write(async (tx, writing) => {
      if (name !== before.name)
        await renameFilter(tx, writing, { accountId, name: before.name, to: name })
      if (script !== undefined && script !== before.script)
        await putFilter(tx, writing, { accountId, name, script })
    })
    if (script === undefined) return null
    const kept = scriptBlobId({ id, script })
    return kept === blobId ? null : { blobId: kept }
  }

  /** RFC 9661 §2.4: what is in force is not destroyed. */
  async destroy(id: string): Promise<void> {
    const { name, isInForce } = this.#find(id)
    const { id: accountId, parts } = this.#account
    if (parts.scripts.inForce(accountId)?.id === id) throw new SetRefusal({ type: 'sieveIsActive' })
    await this.#write(async (tx, writing) => {
      // In force of who is owner or holder no longer: nothing runs it.
      if (isInForce) await putInForce(tx, writing, { accountId, name: undefined })
      await removeFilter(tx, writing, { accountId, name })
    }).catch((error: unknown) => {
      // Another node was quicker in putting it in force.
      if (!isRefusal(error, 'invalid')) throw error
      throw new SetRefusal({ type: 'sieveIsActive' })
    })
  }

  /** Undefined: none is in force from now on. What changed by it is told among what was set. */
  async force(wanted: string | undefined, answer: SetAnswer): Promise<SetAnswer> {
    const account = this.#account
    const before = account.parts.scripts.inForce(account.id)?.id
    const name = wanted === undefined ? undefined : this.#find(wanted).name
    if (wanted === before) return answer
    await this.#write((tx, writing) => putInForce(tx, writing, { accountId: account.id, name }))
    const created = Object.entries(answer.created ?? {}).map(
      ([called, one]) => [called, one.id === wanted ? { ...one, isActive: true } : one] as const,
    )
    const isNew = created.some(([, { id }]) => id === wanted)
    const changed = [
      ...(wanted === undefined || isNew ? [] : [[wanted, true] as const]),
      ...(before === undefined ? [] : [[before, false] as const]),
    ]
    const updated = { ...answer.updated }
    for (const [id, isActive] of changed) updated[id] = { ...updated[id], isActive }
    return {
      ...answer,
      created: created.length === 0 ? null : Object.fromEntries(created),
      updated: Object.keys(updated).length === 0 ? null : updated,
      newState: stateOf(account),
    }
  }

  #write<T>(work: (tx: Tx, writing: PowersWriting) => Promise<T>): Promise<T> {
    const { principal, remoteAddress } = this.#call
    return this.#account.parts.scripts.write({ principal, remoteAddress }, work)
  }

  #find(id: string): Filter {
    const found = filtersOf(this.#account).find((one) => one.id === id)
    if (found === undefined) throw new SetRefusal({ type: 'notFound' })
    return found
  }

  #requireFree(name: string, except: string | undefined): void {
    const other = filtersOf(this.#account).find((one) => one.name === name && one.id !== except)
    if (other !== undefined) throw new SetRefusal({ type: 'alreadyExists', existingId: other.id })
  }

  #freeName(): string {
    const taken = new Set(filtersOf(this.#account).map(({ name }) => name))
    let number = 1
    while (taken.has(`Script ${number}`)) number++
    return `Script ${number}`
  }
}
