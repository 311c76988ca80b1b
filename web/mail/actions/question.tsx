/** What cannot be taken back is asked before. */
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { actionWords } from './words.ts'

export function QuestionArea() {
  const app = useApp()
  const say = useWords(actionWords)
  const question = useValue(app.question)
  if (question === undefined) return null
  const close = () => app.question.set(undefined)
  return (
    <Dialog title={question.title} closeLabel={say('keep')} onClose={close}>
      <p>{question.text}</p>
      <div className="dialog-buttons">
        <Button kind="primary" onClick={close}>
          {say('keep')}
        </Button>
        <Button
          onClick={() => {
            close()
            question.act()
          }}
        >
          {question.yes}
        </Button>
      </div>
    </Dialog>
  )
}
