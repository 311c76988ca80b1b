/** What every /set does around its objects. RFC 8620 §5.3. */
import { objectsInSetMax } from '../limits.ts'
import { isId } from './arguments.ts'
import type { MethodCall } from './call.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import {
  invalidArguments,
  MethodError,
  setErrorWithin,
  SetRefusal,
  type SetError,
} from './method-error.ts'

export interface SetVerbs {
  /** @returns the id and whatever else the client does not know; throws SetRefusal or Refusal. */
  readonly create: (object: JsonObject) => Promise<{ readonly id: string } & object>
  /** @returns what the client does not know, or null. */
  readonly update: (id: string, patch: JsonObject) => Promise<object | null>
  readonly destroy: (id: string) => Promise<void>
}

export interface SetAnswer {
  readonly accountId: string
  readonly oldState: string
  readonly newState: string
  readonly created: Readonly<Record<string, { readonly id: string }>> | null
  readonly updated: Readonly<Record<string, object | null>> | null
  readonly destroyed: readonly string[] | null
  readonly notCreated: Readonly<Record<string, SetError>> | null
  readonly notUpdated: Readonly<Record<string, SetError>> | null
  readonly notDestroyed: Readonly<Record<string, SetError>> | null
}

export interface SetOptions {
  readonly accountId: string
  readonly stateOf: () => Promise<string>
  readonly verbs: SetVerbs
}

/** Creations first, then updates, then what is destroyed; each by itself. */
export async function answerSet(call: MethodCall, options: SetOptions): Promise<SetAnswer> {
  const { args, createdIds } = call
  const { accountId, stateOf, verbs } = options
  const ifInState = args.stringOrNull('ifInState')
  const create = entriesOf(args.object('create'), 'create')
  const update = entriesOf(args.object('update'), 'update')
  const given = args.idsOrNull('destroy') ?? []
  args.end()
  if (create.length + update.length + given.length > objectsInSetMax)
    throw new MethodError('requestTooLarge')
  if (create.some(([name]) => !isId(name))) throw invalidArguments('A creation id is an Id')
  const oldState = await stateOf()
  if (ifInState !== undefined && ifInState !== oldState) throw new MethodError('stateMismatch')
  const progress = { isChanged: false }
  const created = await createAll(create, { progress, create: verbs.create, createdIds })
  // Those of the creations above too.
  const willDestroy = new Set(given.map((id) => args.resolveId(id)))
  const updated = await eachOf(
    progress,
    update.map(([id, patch]) => [args.resolveId(id), patch] as const),
    (id, patch) => {
      if (willDestroy.has(id)) throw new SetRefusal({ type: 'willDestroy' })
      return verbs.update(id, patch)
    },
  )
  const destroyed = await eachOf(
    progress,
    [...willDestroy].map((id) => [id, {}] as const),
    async (id) => {
      await verbs.destroy(id)
      return null
    },
  )
  return {
    accountId,
    oldState,
    newState: await stateOf(),
    created: orNull(created.done),
    updated: orNull(updated.done),
    destroyed: destroyed.done.size === 0 ? null : [...destroyed.done.keys()],
    notCreated: orNull(created.failed),
    notUpdated: orNull(updated.failed),
    notDestroyed: orNull(destroyed.failed),
  }
}

interface Outcome<T> {
  readonly done: Map<string, T>
  readonly failed: Map<string, SetError>
}

type Entries = readonly (readonly [string, JsonObject])[]

/** What this call did already: after that its error cannot be the whole method's. */
interface Progress {
  isChanged: boolean
}

async function eachOf<T>(
  progress: Progress,
  entries: Entries,
  act: (id: string, object: JsonObject) => Promise<T>,
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: new Map(), failed: new Map() }
  for (const [id, object] of entries) {
    try {
      outcome.done.set(id, await act(id, object))
      progress.isChanged = true
    } catch (error) {
      outcome.failed.set(id, setErrorWithin(error, progress.isChanged))
    }
  }
  return outcome
}

/** What refers to another creation of the same call waits for it, in whatever order they stand. */
export async function createAll(
  entries: Entries,
  {
    progress,
    create,
    createdIds,
  }: Pick<SetVerbs, 'create'> & Pick<MethodCall, 'createdIds'> & { readonly progress: Progress },
): Promise<Outcome<{ readonly id: string }>> {
  const outcome: Outcome<{ readonly id: string }> = { done: new Map(), failed: new Map() }
  let waiting = [...entries]
  while (waiting.length > 0) {
    const names = new Set(waiting.map(([name]) => name))
    const isReady = (object: JsonObject) => !referencesOf(object).some((name) => names.has(name))
    const ready = waiting.filter(([, object]) => isReady(object))
    // A ring of references: they are tried all the same, and say what they miss.
    const round = ready.length > 0 ? ready : waiting
    const made = await eachOf(progress, round, async (name, object) => {
      const answer = await create(object)
      createdIds.set(name, answer.id)
      return answer
    })
    for (const [name, answer] of made.done) outcome.done.set(name, answer)
    for (const [name, error] of made.failed) outcome.failed.set(name, error)
    waiting = waiting.filter((entry) => !round.includes(entry))
  }
  return outcome
}

/** Creation ids among the values, those of objects in lists, and the names of maps: where ids stand. */
function referencesOf(object: JsonObject): readonly string[] {
  return Object.values(object).flatMap((value: Json) => {
    if (typeof value === 'string') return referenceOf(value)
    if (Array.isArray(value)) return value.filter(isObject).flatMap(referencesOf)
    return isObject(value) ? Object.keys(value).flatMap(referenceOf) : []
  })
}

function referenceOf(value: string): readonly string[] {
  return value.startsWith('#') ? [value.slice(1)] : []
}

export function entriesOf(values: JsonObject | undefined, name: string): Entries {
  return Object.entries(values ?? {}).map(([id, value]: [string, Json]) => {
    if (!isObject(value)) throw invalidArguments(`${name} has objects as values`)
    return [id, value] as const
  })
}

/** Of a response: null where there is nothing. */
export function orNull<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> | null {
  return map.size === 0 ? null : Object.fromEntries(map)
}
