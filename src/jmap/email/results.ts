/**
 * Results of queries, remembered until the account changes: whoever looks through a long list asks for one
 * window after the other of the same.
 */
import type { EmailView } from '../../store/emails/types.ts'
import type { AccountReading } from '../core/account.ts'
import { resultsKeptMax } from '../limits.ts'

interface Kept {
  readonly key: string
  readonly ids: readonly string[]
}

interface OfState {
  readonly modSeq: number
  /** The longest unused first. */
  readonly results: Kept[]
}

const kept = new WeakMap<EmailView, OfState>()

/** Of the same mailboxes: who sees others has results of his own. */
const keyIn = ({ scope }: AccountReading, key: string) => `${scope} ${key}`

export function findKept(
  reading: AccountReading,
  key: string | undefined,
): readonly string[] | undefined {
  const known = kept.get(reading.view)
  if (key === undefined || known?.modSeq !== reading.view.modSeq) return undefined
  const { results } = known
  const at = results.findIndex((each) => each.key === keyIn(reading, key))
  const [found] = at === -1 ? [] : results.splice(at, 1)
  if (found !== undefined) results.push(found)
  return found?.ids
}

export function keep(
  reading: AccountReading,
  key: string | undefined,
  ids: readonly string[],
): void {
  if (key === undefined) return
  const { view } = reading
  const known = kept.get(view)
  const now = known?.modSeq === view.modSeq ? known : { modSeq: view.modSeq, results: [] }
  now.results.push({ key: keyIn(reading, key), ids })
  if (now.results.length > resultsKeptMax) now.results.shift()
  kept.set(view, now)
}
