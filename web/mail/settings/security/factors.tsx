/** Passkeys, code generators and recovery codes. */
import { useId } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { formatDay, formatMoment } from '../../../kit/dates.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { hasPasskeys, typed } from '../../sign-in/form.ts'
import { Line, Part, ShownOnce, WhenRead } from '../parts.tsx'
import { useOutcome } from '../use-outcome.ts'
import type { Factor, Security, TotpOffer } from './model.ts'
import { makePasskey } from './passkey.ts'
import { securityWords } from './words.ts'

export function FactorList({ model }: { model: Security }) {
  const say = useWords(securityWords)
  const codes = useValue(model.codes)
  const offer = useValue(model.totp)
  return (
    <Part title={say('factors')}>
      <p className="about">{say('factorsHint')}</p>
      {codes === undefined ? null : (
        <ShownOnce
          lines={codes}
          hint={say('codesHint')}
          onKept={() => model.codes.set(undefined)}
        />
      )}
      <WhenRead of={model.list}>
        {({ factors, recoveryCodesLeft }) => (
          <>
            {factors.length === 0 ? (
              <p className="none">{say('noFactors')}</p>
            ) : (
              <ul className="lines">
                {factors.map((factor) => (
                  <FactorLine key={factor.id} model={model} factor={factor} />
                ))}
                <RecoveryLine model={model} left={recoveryCodesLeft} />
              </ul>
            )}
            {offer === undefined ? (
              <AddFactor model={model} />
            ) : (
              <TotpForm model={model} offer={offer} />
            )}
          </>
        )}
      </WhenRead>
    </Part>
  )
}

function FactorLine({ model, factor }: { model: Security; factor: Factor }) {
  const app = useApp()
  const say = useWords(securityWords)
  const tell = useOutcome()
  const { id, kind, label, createdAt, usedAt } = factor
  return (
    <Line
      title={label}
      facts={[
        say(kind),
        say('added', { at: formatDay(createdAt) }),
        usedAt === undefined ? undefined : say('used', { at: formatMoment(usedAt) }),
      ]}
    >
      <Button
        aria-label={say('removeOf', { label })}
        onClick={() =>
          app.question.set({
            title: say('removeTitle', { label }),
            text: say('removeText'),
            yes: say('remove'),
            act: () => void model.remove(id).then(tell(say('removed'))),
          })
        }
      >
        {say('remove')}
      </Button>
    </Line>
  )
}

function RecoveryLine({ model, left }: { model: Security; left: number }) {
  const app = useApp()
  const say = useWords(securityWords)
  const tell = useOutcome()
  return (
    <Line title={say('codes')} facts={[say('codesLeft', { n: left })]}>
      <Button
        onClick={() =>
          app.question.set({
            title: say('newCodesTitle'),
            text: say('newCodesText'),
            yes: say('newCodes'),
            act: () => void model.makeCodes().then(tell(say('codesMade'))),
          })
        }
      >
        {say('newCodes')}
      </Button>
    </Line>
  )
}

function AddFactor({ model }: { model: Security }) {
  const say = useWords(securityWords)
  const tell = useOutcome()
  const id = useId()
  return (
    <form
      className="in-line"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        void model
          .addPasskey(typed(form, 'label').trim() || say('passkey'), makePasskey)
          .then(tell(say('passkeyAdded')))
          .then((isDone) => isDone && form.reset())
      }}
    >
      {hasPasskeys() ? (
        <>
          <div className="field">
            <label htmlFor={id}>{say('label')}</label>
            <input id={id} className="input" name="label" maxLength={64} />
          </div>
          <Button kind="primary" type="submit">
            {say('addPasskey')}
          </Button>
        </>
      ) : null}
      <Button
        onClick={() => void model.beginTotp().then((answer) => answer.isDone || tell('')(answer))}
      >
        {say('addTotp')}
      </Button>
    </form>
  )
}

function TotpForm({ model, offer }: { model: Security; offer: TotpOffer }) {
  const say = useWords(securityWords)
  const tell = useOutcome()
  const id = useId()
  return (
    <form
      className="narrow"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const label = typed(form, 'label').trim() || say('totp')
        void model.addTotp(label, typed(form, 'code')).then(tell(say('totpAdded')))
      }}
    >
      <p>{say('totpHint')}</p>
      <p>
        <code className="secret">{offer.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <p>
        <a href={offer.uri}>{say('totpOpen')}</a>
      </p>
      <div className="field">
        <label htmlFor={`${id}l`}>{say('totpLabel')}</label>
        <input id={`${id}l`} className="input" name="label" maxLength={64} />
      </div>
      <div className="field">
        <label htmlFor={`${id}c`}>{say('totpCode')}</label>
        <input
          id={`${id}c`}
          className="input"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
        />
      </div>
      <div className="dialog-buttons">
        <Button kind="primary" type="submit">
          {say('addTotp')}
        </Button>
        <Button kind="quiet" onClick={() => model.totp.set(undefined)}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
