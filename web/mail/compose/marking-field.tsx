/** The choice of a marking, beside the subject that carries it; what may not be chosen says why. */
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import type { Draft } from './draft.ts'
import { markingIn, noteOn, whyNever, whyNot, withMarking } from './marking.ts'
import { composeWords } from './words.ts'

export function MarkingField({ draft }: { draft: Draft }) {
  const say = useWords(composeWords)
  const locale = useValue(language)
  const { subject } = useValue(draft.fields)
  const { markings } = draft
  if (markings.length === 0) return null
  const chosen = markingIn(subject, markings)
  return (
    <select
      className="bare marking"
      aria-label={say('marking')}
      title={say('marking')}
      value={chosen?.grade ?? ''}
      onChange={({ target }) => {
        const wanted = markings.find(({ grade }) => grade === target.value)
        draft.change({ subject: withMarking(subject, wanted, { markings, language: locale }) })
      }}
    >
      <option value="">{say('unmarked')}</option>
      {markings.map((one) => {
        const why = whyNever(one)
        return (
          <option key={one.grade} value={one.grade} disabled={why !== undefined}>
            {one.words[locale]}
            {why === undefined ? '' : ` — ${say(why)}`}
          </option>
        )
      })}
    </select>
  )
}

/** Said while one writes: that it will not be taken, or how it will travel. */
export function MarkingNote({ draft, goesOutside }: { draft: Draft; goesOutside: boolean }) {
  const say = useWords(composeWords)
  const locale = useValue(language)
  const { subject } = useValue(draft.fields)
  const chosen = markingIn(subject, draft.markings)
  const why = chosen === undefined ? undefined : whyNot(chosen, goesOutside)
  const note = chosen === undefined ? undefined : noteOn(chosen, goesOutside)
  const word = why ?? note
  return (
    <div role="status">
      {chosen === undefined || word === undefined ? null : (
        <p className={why === undefined ? 'compose-warnings' : 'compose-warnings grave'}>
          {chosen.words[locale]}: {say(word)}
        </p>
      )}
    </div>
  )
}
