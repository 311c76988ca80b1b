/** Notify this browser. */
import { useEffect, useMemo } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { vapid } from '../../../kit/jmap/types.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { pushBrowser } from '../../install/push-browser.ts'
import { hearWorker } from '../../install/hear-worker.ts'
import { pushVerified } from '../../../worker/messages.ts'
import { settingsWords } from '../words.ts'
import { NotifyModel } from './model.ts'
import { notifyWords } from './words.ts'

export function NotifySection() {
  const app = useApp()
  const say = useWords(notifyWords)
  const { [vapid]: how } = app.client.session.capabilities
  const key = (how as { readonly applicationServerKey?: unknown } | undefined)?.applicationServerKey
  return (
    <>
      <p className="about">{say('about')}</p>
      {typeof key === 'string' ? (
        <NotifyThis applicationServerKey={key} />
      ) : (
        <p className="none">{say('nowhere')}</p>
      )}
    </>
  )
}

function NotifyThis({ applicationServerKey }: { applicationServerKey: string }) {
  const app = useApp()
  const say = useWords(notifyWords)
  const sayAll = useWords(settingsWords)
  const model = useMemo(
    () => new NotifyModel(app.client.transport, pushBrowser, applicationServerKey),
    [app, applicationServerKey],
  )
  useEffect(() => {
    void model.read()
    return hearWorker((said) => {
      if (said === pushVerified) void model.read()
    })
  }, [model])
  const now = useValue(model.now)
  if (now === 'reading') return <p aria-busy="true">{sayAll('reading')}</p>
  const isOn = now === 'on' || now === 'waiting'
  const isFault = !isOn && now !== 'off' && now !== 'trying'
  return (
    <div className="part notify">
      <p className={isFault ? 'fault' : undefined} role="status">
        {say(now)}
      </p>
      {now === 'impossible' ? null : (
        <Button
          disabled={now === 'trying'}
          kind={isOn ? 'plain' : 'primary'}
          onClick={() => void (isOn ? model.turnOff() : model.turnOn())}
        >
          {say(isOn ? 'turnOff' : 'turnOn')}
        </Button>
      )}
    </div>
  )
}
