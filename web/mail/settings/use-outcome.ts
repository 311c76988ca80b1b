/** Says in short words what came of an act: done, or why not. */
import type { Answer } from '../../kit/own-api.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { settingsWords } from './words.ts'

export type Outcome = (done: string) => (answer: Answer) => boolean

/** Its own answer is whether it was done. */
export function useOutcome(): Outcome {
  const { toasts } = useApp()
  const say = useWords(settingsWords)
  return (done) => (answer) => {
    if (answer.isDone) toasts.show({ text: done, kind: 'done' })
    else if (answer.why !== 'turned-away') toasts.show({ text: say(answer.why), kind: 'fault' })
    return answer.isDone
  }
}
