/** Before a request is decided it is shown once more, whole; a no says why. */
import { useId, type ReactNode } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { Dialog } from '../../../kit/controls/dialog.tsx'
import { useWords } from '../../../kit/use-words.ts'
import { typed } from '../../sign-in/form.ts'
import { governingWords } from './words.ts'

export type Decision = 'approve' | 'refuse' | 'withdraw'

export function DecideDialog(props: {
  decision: Decision
  onClose: () => void
  onDecide: (reason: string) => void
  children: ReactNode
}) {
  const { decision, onClose, onDecide, children } = props
  const say = useWords(governingWords)
  const id = useId()
  return (
    <Dialog title={say(`${decision}Title`)} closeLabel={say('cancel')} onClose={onClose}>
      {children}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onDecide(decision === 'refuse' ? typed(event.currentTarget, 'reason') : '')
        }}
      >
        {decision === 'refuse' ? (
          <div className="field">
            <label htmlFor={id}>{say('yourReason')}</label>
            <input id={id} className="input" name="reason" maxLength={500} required />
          </div>
        ) : null}
        <div className="dialog-buttons">
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button kind="primary" type="submit">
            {say(decision)}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
