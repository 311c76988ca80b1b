/** Reading without a network: on or off for this browser. */
import { useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { useOwn } from '../own.ts'
import { readingOfflineWords } from './words.ts'

type Now = 'on' | 'off' | 'noSecret' | 'failed' | 'unreachable'

export function OfflineSection() {
  const app = useApp()
  const { api } = useOwn()
  const say = useWords(readingOfflineWords)
  const { offline } = app.browser
  const [now, setNow] = useState<Now>(offline.isOn ? 'on' : 'off')
  const turnOn = async (): Promise<Now> => {
    // For whom passkeys are made here: the server's word, as at the sign-in.
    const answer = await api.post('/auth/passkey/options', {})
    const options = answer.isDone ? answer.body['options'] : undefined
    const { rpId } = { ...(options as { readonly rpId?: unknown } | undefined) }
    if (typeof rpId !== 'string') return 'unreachable'
    return offline.turnOn(app.client, rpId)
  }
  const turnOff = async (): Promise<Now> => {
    await offline.wipe()
    return 'off'
  }
  const act = (what: () => Promise<Now>) =>
    void what().then(setNow, () => {
      setNow('failed')
    })
  return (
    <>
      <p className="about">{say('about')}</p>
      <div className="part offline">
        <p className={now === 'on' || now === 'off' ? undefined : 'fault'} role="status">
          {say(now)}
        </p>
        <Button
          kind={now === 'on' ? 'plain' : 'primary'}
          onClick={() => act(now === 'on' ? turnOff : turnOn)}
        >
          {say(now === 'on' ? 'turnOff' : 'turnOn')}
        </Button>
      </div>
    </>
  )
}
