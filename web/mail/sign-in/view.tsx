/** The first page: who are you. */
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language, languages, type Language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { SignIn } from './model.ts'
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
      {step.kind === 'second-factor' ? <CodeForm model={model} methods={step.methods} /> : null}
      <LanguageChoice />
    </main>
  )
}

function typed(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
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
    </form>
  )
}

function CodeForm({ model, methods }: { model: SignIn; methods: readonly string[] }) {
  const say = useWords(signInWords)
  const isWorking = useValue(model.isWorking)
  const id = useId()
  const [isRecovery, setRecovery] = useState(!methods.includes('totp'))
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [isRecovery])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void model.code(isRecovery ? 'recovery' : 'totp', typed(event.currentTarget, 'code'))
      }}
    >
      <div className="field">
        <label htmlFor={id}>{say(isRecovery ? 'recovery' : 'code')}</label>
        <input
          ref={input}
          id={id}
          className="input"
          name="code"
          inputMode={isRecovery ? 'text' : 'numeric'}
          autoComplete="one-time-code"
          spellCheck={false}
          required
        />
      </div>
      <Button kind="primary" type="submit" aria-disabled={isWorking}>
        {say(isWorking ? 'working' : 'continue')}
      </Button>
      <Button kind="quiet" onClick={() => setRecovery(!isRecovery)}>
        {say(isRecovery ? 'useCode' : 'useRecovery')}
      </Button>
      <Button kind="quiet" onClick={() => model.startAgain()}>
        {say('startAgain')}
      </Button>
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
