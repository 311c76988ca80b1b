/** Another password. */
import { useId } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { typed } from '../../sign-in/form.ts'
import { Part } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import { passwordCharactersMin, type Security } from './model.ts'
import { securityWords } from './words.ts'

export function PasswordForm({ model }: { model: Security }) {
  const app = useApp()
  const say = useWords(securityWords)
  const tell = useOutcome()
  const fault = useValue(model.passwordFault)
  const id = useId()
  const field = (name: string, label: string, autoComplete: string) => (
    <div className="field">
      <label htmlFor={id + name}>{label}</label>
      <input
        id={id + name}
        className="input"
        name={name}
        type="password"
        autoComplete={autoComplete}
        aria-describedby={`${id}-fault`}
      />
    </div>
  )
  return (
    <Part title={say('password')}>
      <p className="about">{say('passwordHint')}</p>
      <form
        className="narrow"
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          const of = (name: string) => typed(form, name)
          void model
            .changePassword(of('present'), of('password'), of('again'))
            .then((answer) => answer !== undefined && tell(say('passwordChanged'))(answer))
            .then((isDone) => isDone && form.reset())
        }}
      >
        {/* For password managers, which look for whose it is. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={app.person.value?.address ?? ''}
          readOnly
          hidden
        />
        {field('present', say('present'), 'current-password')}
        {field('password', say('new', { n: passwordCharactersMin }), 'new-password')}
        {field('again', say('newAgain'), 'new-password')}
        <p id={`${id}-fault`} className="fault" role="alert">
          {fault === undefined ? '' : say(fault, { n: passwordCharactersMin })}
        </p>
        <Button kind="primary" type="submit">
          {say('change')}
        </Button>
      </form>
    </Part>
  )
}
