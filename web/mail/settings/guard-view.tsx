/** "Say again who you are": over what was about to be done. */
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { hasPasskeys, typed } from '../sign-in/form.ts'
import type { Asking, ConfirmMethod, Guard } from './guard.ts'
import { guardWords } from './guard-words.ts'

export function GuardDialog({ guard }: { guard: Guard }) {
  const asking = useValue(guard.asking)
  return asking === undefined ? null : <Confirm guard={guard} asking={asking} />
}

function Confirm({ guard, asking: { methods } }: { guard: Guard; asking: Asking }) {
  const say = useWords(guardWords)
  const fault = useValue(guard.fault)
  const isWorking = useValue(guard.isWorking)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const typedOnes = methods.filter((method) => method !== 'passkey')
  const [method, setMethod] = useState<Exclude<ConfirmMethod, 'passkey'> | undefined>(typedOnes[0])
  useEffect(() => input.current?.focus(), [method])
  const others = typedOnes.filter((one) => one !== method)
  return (
    <Dialog title={say('title')} closeLabel={say('cancel')} onClose={() => guard.turnAway()}>
      <p>{say('why')}</p>
      <p className="fault" role="alert">
        {fault === undefined ? '' : say(fault)}
      </p>
      {methods.includes('passkey') && hasPasskeys() ? (
        <p className="dialog-buttons">
          <Button kind="primary" onClick={() => void guard.confirmByPasskey()}>
            {say('passkey')}
          </Button>
        </p>
      ) : null}
      {method === undefined ? null : (
        <form
          key={method}
          onSubmit={(event) => {
            event.preventDefault()
            void guard.confirm(method, typed(event.currentTarget, 'shown'))
          }}
        >
          <div className="field">
            <label htmlFor={id}>{say(method)}</label>
            <input
              id={id}
              className="input"
              name="shown"
              type={method === 'password' ? 'password' : 'text'}
              inputMode={method === 'totp' ? 'numeric' : 'text'}
              autoComplete={method === 'password' ? 'current-password' : 'one-time-code'}
              spellCheck={false}
              ref={input}
              required
            />
          </div>
          <div className="dialog-buttons">
            <Button kind="primary" type="submit" aria-disabled={isWorking}>
              {say('confirm')}
            </Button>
            {others.map((other) => (
              <Button key={other} kind="quiet" onClick={() => setMethod(other)}>
                {say(other)}
              </Button>
            ))}
          </div>
        </form>
      )}
    </Dialog>
  )
}
