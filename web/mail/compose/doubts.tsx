/** What the sender may have overlooked, asked once. */
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useWords } from '../../kit/use-words.ts'
import type { Doubt } from './checks.ts'
import { composeWords } from './words.ts'

export interface DoubtsDialogProps {
  readonly doubts: readonly Doubt[]
  readonly count: number
  readonly onKeep: () => void
  readonly onSend: () => void
}

export function DoubtsDialog({ doubts, count, onKeep, onSend }: DoubtsDialogProps) {
  const say = useWords(composeWords)
  return (
    <Dialog title={say('doubts')} closeLabel={say('keepWriting')} onClose={onKeep}>
      <ul className="doubts">
        {doubts.map((doubt) => (
          <li key={doubt}>{say(doubt, { n: count })}</li>
        ))}
      </ul>
      <div className="dialog-acts">
        <Button kind="primary" onClick={onKeep}>
          {say('keepWriting')}
        </Button>
        <Button onClick={onSend}>{say('sendAnyway')}</Button>
      </div>
    </Dialog>
  )
}
