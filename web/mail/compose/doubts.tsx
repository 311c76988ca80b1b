/** What the sender may have overlooked, asked once. */
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useWords } from '../../kit/use-words.ts'
import type { Warning } from './judging.ts'
import type { Doubtful } from './sending.ts'
import { composeWords } from './words.ts'

export interface DoubtsDialogProps {
  readonly doubtful: Doubtful
  readonly count: number
  readonly onKeep: () => void
  readonly onSend: () => void
}

export function DoubtsDialog({ doubtful, count, onKeep, onSend }: DoubtsDialogProps) {
  const say = useWords(composeWords)
  return (
    <Dialog title={say('doubts')} closeLabel={say('keepWriting')} onClose={onKeep}>
      <ul className="doubts">
        {doubtful.warnings.map(({ word, params }) => (
          <li key={`${word} ${params['name']}`}>{say(word, params)}</li>
        ))}
        {doubtful.doubts.map((doubt) => (
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

/** Said while one writes, and heard by who does not see it. */
export function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  const say = useWords(composeWords)
  return (
    <div role="status" aria-label={say('warnings')}>
      {warnings.length === 0 ? null : (
        <ul className="compose-warnings">
          {warnings.map(({ word, params, isGrave }) => (
            <li key={`${word} ${params['name']}`} className={isGrave ? 'grave' : ''}>
              {say(word, params)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
