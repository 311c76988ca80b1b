/** Says in short words what came of an act of governing: done, or why not. */
import type { Answer, Why } from '../../../kit/own-api.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { settingsWords } from '../words.ts'
import { governingWords } from './words.ts'

export interface OfficeOutcome {
  outcome(answer: Answer, done: string): void
  fault(text: string): void
}

const ownWords: Readonly<Partial<Record<Why, 'notYours' | 'over'>>> = {
  'not-permitted': 'notYours',
  'not-found': 'over',
  'already-exists': 'over',
}

export function useOfficeOutcome(): OfficeOutcome {
  const { toasts } = useApp()
  const say = useWords(governingWords)
  const sayOfAll = useWords(settingsWords)
  const fault = (text: string) => toasts.show({ text, kind: 'fault' })
  return {
    fault,
    outcome(answer, done) {
      if (answer.isDone) return void toasts.show({ text: done, kind: 'done' })
      const { why } = answer
      const own = ownWords[why]
      if (why !== 'turned-away') fault(own === undefined ? sayOfAll(why) : say(own))
      return undefined
    },
  }
}
