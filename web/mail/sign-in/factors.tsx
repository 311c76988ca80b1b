/** The second step of signing in: a code or a passkey, or the first factor set up. */
import { useEffect, useId, useRef, useState } from 'react'
import type { Method, TotpOffer } from '../../kit/auth.ts'
import { Button } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { hasPasskeys, typed } from './form.ts'
import type { SignIn } from './model.ts'
import { signInWords } from './words.ts'

export function FactorForm({ model, methods }: { model: SignIn; methods: readonly Method[] }) {
  const say = useWords(signInWords)
  const [method, setMethod] = useState<'totp' | 'recovery'>(
    methods.includes('totp') ? 'totp' : 'recovery',
  )
  const other = method === 'totp' ? 'recovery' : 'totp'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void model.code(method, typed(event.currentTarget, 'code'))
      }}
    >
      {methods.includes('passkey') && hasPasskeys() ? (
        <Button kind="primary" onClick={() => void model.passkey()}>
          {say('passkey')}
        </Button>
      ) : null}
      <CodeField key={method} label={say(method)} isNumber={method === 'totp'} />
      <Submit model={model} />
      {methods.includes(other) ? (
        <Button kind="quiet" onClick={() => setMethod(other)}>
          {say(other === 'totp' ? 'useTotp' : 'useRecovery')}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={() => model.startAgain()}>
        {say('startAgain')}
      </Button>
    </form>
  )
}

export function AddFactor({ model, offer }: { model: SignIn; offer: TotpOffer }) {
  const say = useWords(signInWords)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void model.addTotp(say('device'), typed(event.currentTarget, 'code'))
      }}
    >
      <h2>{say('addTitle')}</h2>
      <p>{say('addHint')}</p>
      <p>
        {say('secret')}{' '}
        <code className="secret">{offer.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <CodeField label={say('totp')} isNumber />
      <Submit model={model} />
      <Button kind="quiet" onClick={() => model.startAgain()}>
        {say('startAgain')}
      </Button>
    </form>
  )
}

export function RecoveryCodes({ model, codes }: { model: SignIn; codes: readonly string[] }) {
  const say = useWords(signInWords)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void model.finish()
      }}
    >
      <h2>{say('codesTitle')}</h2>
      <p>{say('codesHint')}</p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button kind="primary" type="submit">
        {say('codesKept')}
      </Button>
    </form>
  )
}

function CodeField({ label, isNumber }: { label: string; isNumber: boolean }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        className="input"
        name="code"
        inputMode={isNumber ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        spellCheck={false}
        required
      />
    </div>
  )
}

function Submit({ model }: { model: SignIn }) {
  const say = useWords(signInWords)
  const isWorking = useValue(model.isWorking)
  return (
    <Button kind="primary" type="submit" aria-disabled={isWorking}>
      {say(isWorking ? 'working' : 'continue')}
    </Button>
  )
}
