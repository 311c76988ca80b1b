/** Reads what a plan needs, in batches, so that answers are written while the rest is read. */
import { isRefusal } from '../../base/refusal.ts'
import type { MessageFacts, Store, Summary } from '../../store/types.ts'
import { contentsAheadMax, contentsAheadOctetsMax, factsBatchMax } from '../limits.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { Level } from './plan.ts'

/** One message as far as it was read. */
export interface Loaded {
  readonly uid: number
  readonly facts: MessageFacts | undefined
  readonly summary: Summary | undefined
  readonly content: Buffer | undefined
}

export interface Load {
  /** Of which mailbox: the selected one, or one that is searched unopened. */
  readonly view: Pick<SelectedMailbox, 'place' | 'id'>
  readonly uids: readonly number[]
  readonly level: Level
  readonly needsContent: boolean
}

/** In UID order; messages that are gone are left out. */
export async function* loadMessages(
  { ports: { store } }: Session,
  load: Load,
): AsyncGenerator<readonly Loaded[]> {
  for await (const batch of loadBatches(store, load)) {
    if (load.needsContent) yield* withContents(store, load.view, batch)
    else yield batch
  }
}

async function* loadBatches(
  store: Store,
  { view: { place, id }, uids, level: asked, needsContent }: Load,
): AsyncGenerator<readonly Loaded[]> {
  const { accountId } = place.mount.grant
  // With several contents the facts are asked for too: their sizes bound what is read ahead.
  const level = needsContent && asked === 'view' && uids.length > 1 ? 'facts' : asked
  if (level === 'summary') {
    for await (const batch of store.summaries(accountId, id, uids)) {
      yield batch.map((summary) => loadedOf(summary.uid, summary, summary))
    }
    return
  }
  for (let at = 0; at < uids.length; at += factsBatchMax) {
    const some = uids.slice(at, at + factsBatchMax)
    if (level === 'view') yield some.map((uid) => loadedOf(uid))
    else {
      const facts = await store.facts(accountId, id, some)
      yield facts.map((fact) => loadedOf(fact.uid, fact))
    }
  }
}

function loadedOf(uid: number, facts?: MessageFacts, summary?: Summary): Loaded {
  return { uid, facts, summary, content: undefined }
}

/** A few contents are on their way while one is written; failures wait for their turn. */
async function* withContents(
  store: Store,
  { place, id }: Load['view'],
  batch: readonly Loaded[],
): AsyncGenerator<readonly Loaded[]> {
  const { accountId } = place.mount.grant
  const ahead: { loaded: Loaded; octets: number; reading: Promise<Buffer | Failure> }[] = []
  let octetsAhead = 0
  let next = 0
  while (next < batch.length || ahead.length > 0) {
    while (next < batch.length && ahead.length < contentsAheadMax) {
      const loaded = batch[next]
      if (loaded === undefined) break
      const octets = loaded.facts?.octets ?? 0
      if (ahead.length > 0 && octetsAhead + octets > contentsAheadOctetsMax) break
      const reading = store.content(accountId, id, loaded.uid).catch((error) => new Failure(error))
      ahead.push({ loaded, octets, reading })
      octetsAhead += octets
      next += 1
    }
    const first = ahead.shift()
    if (first === undefined) break
    octetsAhead -= first.octets
    const content = await first.reading
    if (content instanceof Failure) {
      if (isRefusal(content.error, 'no-such-message')) continue
      throw content.error
    }
    yield [{ ...first.loaded, content }]
  }
}

/** A rejection kept until its turn, so that it is never unhandled. */
class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}
