/** The choice of a time beside the button that sends. */
import { useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { Menu } from '../../kit/controls/menu.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { formatLocalTime, laterTimes, readLocalTime } from './later.ts'
import { composeWords } from './words.ts'

export function SendLater({ onSend }: { onSend: (at: Date) => void }) {
  const say = useWords(composeWords)
  const locale = useValue(language)
  const [chosen, setChosen] = useState<string>()
  const items = laterTimes(new Date()).map(({ key, at }) => ({
    key,
    label: say(key),
    hint: at.toLocaleString(locale, {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
    act: () => onSend(at),
  }))
  const choose = {
    key: 'choose',
    label: say('chooseTime'),
    isApart: true,
    act: () => setChosen(formatLocalTime(laterTimes(new Date())[1]?.at ?? new Date())),
  }
  const at = chosen === undefined ? undefined : readLocalTime(chosen, new Date())
  return (
    <>
      <Menu icon="clock" label={say('sendLater')} items={[...items, choose]} />
      {chosen === undefined ? null : (
        <Dialog
          title={say('sendLater')}
          closeLabel={say('keepWriting')}
          onClose={() => setChosen(undefined)}
        >
          <div className="field">
            <label htmlFor="send-at">{say('leavesAt')}</label>
            <input
              id="send-at"
              className="input"
              type="datetime-local"
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            />
          </div>
          <div className="dialog-buttons">
            <Button
              kind="primary"
              disabled={at === undefined}
              onClick={() => {
                setChosen(undefined)
                if (at !== undefined) onSend(at)
              }}
            >
              {say('sendThen')}
            </Button>
            <Button onClick={() => setChosen(undefined)}>{say('keepWriting')}</Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
