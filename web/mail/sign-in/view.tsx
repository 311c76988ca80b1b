/** The first page: who are you. */
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { Provider } from '../../kit/auth.ts'
import { Button } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language, languages, type Language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { SignIn } from './model.ts'
import { AddFactor, FactorForm, RecoveryCodes } from './factors.tsx'
import { hasPasskeys, typed } from './form.ts'
import { signInWords } from './words.ts'
import './sign-in.css'

export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  'zh-Hant-HK': '繁體中文',
  'zh-Hans': '简体中文',
}

export function SignInScreen() {
  const app = useApp()
  const say = useWords(signInWords)
  const model = useMemo(() => new SignIn(app.auth, () => app.start()), [app])
  const step = useValue(model.step)
  const fault = useValue(model.fault)
  return (
    <main className="sign-in">
      <img src="/mail/icon.svg" alt="" width="48" height="48" />
      <h1>{say('title')}</h1>
      <p className="fault" role="alert">
        {fault === undefined ? '' : say(fault)}
      </p>
      {step.kind === 'password' ? <PasswordForm model={model} /> : null}
      {step.kind === 'password' ? <ProviderLink /> : null}
      {step.kind === 'second-factor' ? <FactorForm model={model} methods={step.methods} /> : null}
      {step.kind === 'add-factor' ? <AddFactor model={model} offer={step.offer} /> : null}
      {step.kind === 'recovery-codes' ? <RecoveryCodes model={model} codes={step.codes} /> : null}
      <LanguageChoice />
    </main>
  )
}

function ProviderLink() {
  const app = useApp()
  const say = useWords(signInWords)
  const [provider, setProvider] = useState<Provider>()
  useEffect(() => {
    let isCurrent = true
    void app.auth.provider().then((found) => isCurrent && setProvider(found))
    return () => {
      isCurrent = false
    }
  }, [app])
  if (provider === undefined) return null
  return (
    <a className="button" href={provider.start}>
      {say('provider', { name: provider.name })}
    </a>
  )
}

function PasswordForm({ model }: { model: SignIn }) {
  const say = useWords(signInWords)
  const isWorking = useValue(model.isWorking)
  const id = useId()
  const address = useRef<HTMLInputElement>(null)
  useEffect(() => address.current?.focus(), [])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void model.password(
          typed(event.currentTarget, 'address'),
          typed(event.currentTarget, 'password'),
        )
      }}
    >
      <div className="field">
        <label htmlFor={`${id}a`}>{say('address')}</label>
        <input
          ref={address}
          id={`${id}a`}
          className="input"
          name="address"
          type="email"
          autoComplete="username"
          spellCheck={false}
          required
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}p`}>{say('password')}</label>
        <input
          id={`${id}p`}
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </div>
      <Button kind="primary" type="submit" aria-disabled={isWorking}>
        {say(isWorking ? 'working' : 'signIn')}
      </Button>
      {hasPasskeys() ? (
        <Button onClick={() => void model.passkey()}>{say('passkey')}</Button>
      ) : null}
    </form>
  )
}

function LanguageChoice() {
  const say = useWords(signInWords)
  const now = useValue(language)
  return (
    <div className="languages" role="group" aria-label={say('language')}>
      {languages.map((each) => (
        <Button
          key={each}
          kind="quiet"
          lang={each}
          aria-pressed={each === now}
          onClick={() => language.set(each)}
        >
          {languageNames[each]}
        </Button>
      ))}
    </div>
  )
}
