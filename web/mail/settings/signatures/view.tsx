/** Signatures. */
import { useEffect, useId, useMemo, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { submission } from '../../../kit/jmap/types.ts'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { useApp } from '../../app/context.ts'
import { RichEditor } from '../../editor/view.tsx'
import { OfAccount } from '../of-mailbox.tsx'
import { Signatures, type Signed } from './model.ts'
import { signatureWords } from './words.ts'

export function SignaturesSection() {
  const say = useWords(signatureWords)
  return (
    <OfAccount capability={submission} nowhere={say('nowhere')} about={say('about')}>
      {(id) => <SignaturesOf accountId={id} />}
    </OfAccount>
  )
}

function SignaturesOf({ accountId }: { accountId: string }) {
  const app = useApp()
  const say = useWords(signatureWords)
  const model = useMemo(() => new Signatures(app.client.account(accountId)), [app, accountId])
  useEffect(() => void model.read(), [model])
  const now = useValue(model.now)
  const [wanted, setWanted] = useState<string>()
  const id = useId()
  if (now === 'reading') return <p aria-busy="true">{say('reading')}</p>
  if (now === 'unreachable')
    return (
      <div role="alert">
        <p className="fault">{say('unreachable')}</p>
        <Button onClick={() => void model.read()}>{say('again')}</Button>
      </div>
    )
  const one = now.find((each) => each.id === wanted) ?? now[0]
  if (one === undefined) return <p className="none">{say('nowhere')}</p>
  return (
    <>
      {now.length < 2 ? null : (
        <div className="field mailbox-choice">
          <label htmlFor={id}>{say('address')}</label>
          <select
            id={id}
            className="input"
            value={one.id}
            onChange={({ target }) => setWanted(target.value)}
          >
            {now.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name === '' ? email : `${name} <${email}>`}
              </option>
            ))}
          </select>
        </div>
      )}
      <SignatureForm key={one.id} model={model} one={one} />
    </>
  )
}

function SignatureForm({ model, one }: { model: Signatures; one: Signed }) {
  const { toasts } = useApp()
  const say = useWords(signatureWords)
  const [text, setText] = useState(one.signature)
  const save = async () => {
    const why = await model.save(one.id, text)
    if (why === undefined) toasts.show({ text: say('saved'), kind: 'done' })
    else toasts.show({ text: say(why), kind: 'fault' })
    if (why === undefined) await model.read()
  }
  return (
    <form
      className="signature"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <RichEditor
        label={say('signature')}
        placeholder={say('hint')}
        value={text}
        onChange={setText}
        onFiles={() => toasts.show({ text: say('noFiles'), kind: 'fault' })}
      />
      <Button kind="primary" type="submit">
        {say('save')}
      </Button>
    </form>
  )
}
