/** Devices and sessions. */
import { useMemo } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatMoment } from '../../../kit/dates.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useOwn } from '../own.ts'
import { Line, WhenRead } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import { Devices } from './model.ts'
import { deviceWords } from './words.ts'

export function DevicesSection() {
  const { api } = useOwn()
  const say = useWords(deviceWords)
  const tell = useOutcome()
  const model = useMemo(() => new Devices(api), [api])
  return (
    <>
      <p className="about">{say('about')}</p>
      <WhenRead of={model.list}>
        {(sessions) => (
          <>
            <ul className="lines">
              {sessions.map((session) => (
                <Line
                  key={session.id}
                  title={
                    <>
                      {session.client === '' ? say('unknown') : session.client}
                      {session.isCurrent ? <span className="chip">{say('current')}</span> : null}
                    </>
                  }
                  facts={[
                    say('from', { address: session.remoteAddress }),
                    say('signedIn', { at: formatMoment(session.signedInAt) }),
                    session.usedAt <= session.signedInAt
                      ? undefined
                      : say('used', { at: formatMoment(session.usedAt) }),
                  ]}
                >
                  {session.isCurrent ? null : (
                    <Button
                      aria-label={say('endOf', { client: session.client || say('unknown') })}
                      onClick={() => void model.end(session.id).then(tell(say('ended')))}
                    >
                      {say('end')}
                    </Button>
                  )}
                </Line>
              ))}
            </ul>
            {sessions.length > 1 ? (
              <p>
                <Button onClick={() => void model.endOthers().then(tell(say('othersEnded')))}>
                  {say('endOthers')}
                </Button>
              </p>
            ) : null}
          </>
        )}
      </WhenRead>
    </>
  )
}
