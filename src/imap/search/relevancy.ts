/** How near a message is to what FUZZY looked for, from 1 to 100. RFC 6203 §4. */
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { SearchReturn } from '../wire/parse-return.ts'
import type { SearchKey, TextKey } from '../wire/parse-search.ts'
import { isText, nearKey, wordsKey } from './near.ts'
import { scanMailbox } from './scan.ts'

interface Rating {
  readonly view: SelectedMailbox
  readonly key: SearchKey
  readonly uids: readonly number[]
}

/** In the order of the UIDs, where the client wants them. */
export async function scoresWanted(
  session: Session,
  returns: SearchReturn | undefined,
  rating: Rating,
): Promise<readonly number[] | undefined> {
  if (returns?.isRelevancy !== true) return undefined
  const scores = await rateMessages(session, rating)
  return rating.uids.map((uid) => scores.get(uid) ?? 1)
}

/** One score for each message: with several FUZZY texts, the mean of theirs. */
export async function rateMessages(
  session: Session,
  { view, key, uids }: Rating,
): Promise<ReadonlyMap<number, number>> {
  const texts = fuzzyTexts(key, false)
  const sums = new Map(uids.map((uid) => [uid, 0]))
  for (const text of texts) {
    let rest = uids
    for (const { score, key: grade } of gradesOf(text)) {
      if (rest.length === 0) break
      const met = new Set(await scanMailbox(session, { view, key: grade, uids: rest }))
      for (const uid of met) sums.set(uid, (sums.get(uid) ?? 0) + score)
      rest = rest.filter((uid) => !met.has(uid))
    }
    for (const uid of rest) sums.set(uid, (sums.get(uid) ?? 0) + 1)
  }
  if (texts.length === 0) return new Map(uids.map((uid) => [uid, 100]))
  return new Map([...sums].map(([uid, sum]) => [uid, Math.round(sum / texts.length)]))
}

/** From the nearest to the least near: the first that holds is the score. */
function gradesOf(text: TextKey): readonly { readonly score: number; readonly key: SearchKey }[] {
  const subject = { kind: 'header', name: 'subject', text: text.text } as const
  const scores = [
    ...(text.kind === 'text' ? [{ score: 100, key: subject }] : []),
    { score: text.kind === 'text' ? 80 : 100, key: text },
    { score: 60, key: wordsKey(text) },
    { score: 30, key: nearKey(text) },
  ]
  return scores
}

function fuzzyTexts(key: SearchKey, isInside: boolean): readonly TextKey[] {
  if (key.kind === 'fuzzy') return fuzzyTexts(key.key, true)
  if (key.kind === 'and' || key.kind === 'or') {
    return key.keys.flatMap((inner) => fuzzyTexts(inner, isInside))
  }
  return isInside && isText(key) ? [key] : []
}
