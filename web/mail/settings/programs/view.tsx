/** Mail programs. */
import { useId, useMemo } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatDay, formatMoment } from '../../../kit/dates.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { typed } from '../../sign-in/form.ts'
import { useOwn } from '../own.ts'
import { Line, Part, ShownOnce, WhenRead } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import { Programs, scopes, type Scope } from './model.ts'
import { programWords } from './words.ts'

export function ProgramsSection() {
  const { api, guard } = useOwn()
  const say = useWords(programWords)
  const model = useMemo(() => new Programs(api, guard), [api, guard])
  return (
    <>
      <p className="about">{say('about')}</p>
      <AppPasswords model={model} />
      <OauthPrograms model={model} />
    </>
  )
}

function useScopes(): (some: readonly Scope[]) => string {
  const say = useWords(programWords)
  return (some) => say('for', { what: some.map((scope) => say(scope)).join(say('and')) })
}

function AppPasswords({ model }: { model: Programs }) {
  const say = useWords(programWords)
  const tell = useOutcome()
  const sayScopes = useScopes()
  const made = useValue(model.made)
  return (
    <Part title={say('appPasswords')}>
      <p className="about">{say('appPasswordsHint')}</p>
      {made === undefined ? (
        <NewAppPassword model={model} />
      ) : (
        <ShownOnce lines={[made]} hint={say('madeHint')} onKept={() => model.made.set(undefined)} />
      )}
      <WhenRead of={model.appPasswords}>
        {(list) =>
          list.length === 0 ? (
            <p className="none">{say('noAppPasswords')}</p>
          ) : (
            <ul className="lines">
              {list.map(({ id, label, scopes: some, createdAt, expiresAt, usedAt }) => (
                <Line
                  key={id}
                  title={label}
                  facts={[
                    sayScopes(some),
                    say('created', { at: formatDay(createdAt) }),
                    usedAt === undefined
                      ? say('neverUsed')
                      : say('used', { at: formatMoment(usedAt) }),
                    expiresAt === undefined
                      ? undefined
                      : say('expires', { at: formatDay(expiresAt) }),
                  ]}
                >
                  <Button
                    aria-label={say('revokeOf', { label })}
                    onClick={() => void model.revoke(id).then(tell(say('revoked')))}
                  >
                    {say('revoke')}
                  </Button>
                </Line>
              ))}
            </ul>
          )
        }
      </WhenRead>
    </Part>
  )
}

function NewAppPassword({ model }: { model: Programs }) {
  const say = useWords(programWords)
  const tell = useOutcome()
  const id = useId()
  return (
    <form
      className="in-line"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const chosen = scopes.filter((scope) => new FormData(form).has(scope))
        if (chosen.length === 0) return
        void model
          .create(typed(form, 'label'), chosen)
          .then(tell(say('made')))
          .then((isDone) => isDone && form.reset())
      }}
    >
      <div className="field">
        <label htmlFor={id}>{say('label')}</label>
        <input id={id} className="input" name="label" maxLength={64} required />
      </div>
      <fieldset className="checks">
        <legend>{say('scopes')}</legend>
        {scopes.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              name={scope}
              defaultChecked={scope === 'imap' || scope === 'smtp'}
            />
            {say(scope)}
          </label>
        ))}
      </fieldset>
      <Button kind="primary" type="submit">
        {say('create')}
      </Button>
    </form>
  )
}

function OauthPrograms({ model }: { model: Programs }) {
  const say = useWords(programWords)
  const tell = useOutcome()
  const sayScopes = useScopes()
  return (
    <Part title={say('programs')}>
      <p className="about">{say('programsHint')}</p>
      <WhenRead of={model.programs}>
        {(list) =>
          list.length === 0 ? (
            <p className="none">{say('noPrograms')}</p>
          ) : (
            <ul className="lines">
              {list.map(({ id, name, scopes: some, createdAt, expiresAt }) => (
                <Line
                  key={id}
                  title={name}
                  facts={[
                    sayScopes(some),
                    say('allowed', { at: formatDay(createdAt) }),
                    expiresAt === undefined
                      ? undefined
                      : say('expires', { at: formatDay(expiresAt) }),
                  ]}
                >
                  <Button
                    aria-label={say('revokeOf', { label: name })}
                    onClick={() => void model.endProgram(id).then(tell(say('programEnded')))}
                  >
                    {say('revoke')}
                  </Button>
                </Line>
              ))}
            </ul>
          )
        }
      </WhenRead>
    </Part>
  )
}
