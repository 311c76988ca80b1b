/** The window in which a mailbox gets its name, its place or its colour. */
import { useId, useState } from 'react'
import { Button } from '../../../kit/controls/button.tsx'
import { Choice } from '../../../kit/controls/choice.tsx'
import { Dialog } from '../../../kit/controls/dialog.tsx'
import { useValue } from '../../../kit/use-observable.ts'
import { useWords } from '../../../kit/use-words.ts'
import { language } from '../../../kit/words.ts'
import type { Mailbox } from '../../../kit/jmap/types.ts'
import { useApp } from '../../app/context.ts'
import { colours, type Colour } from '../marked.ts'
import { arrange, namedRole } from '../model.ts'
import { mailboxWords } from '../words.ts'
import {
  changeMailbox,
  createMailbox,
  parentsFor,
  type MailboxFault,
  type Managing,
  type Named,
} from './model.ts'
import { manageWords } from './words.ts'

export function MailboxWindow({ managing }: { managing: Managing }) {
  const app = useApp()
  const close = () => app.managing.set(undefined)
  if (managing.kind === 'colour') return <ColourWindow mailbox={managing.mailbox} close={close} />
  return <NameWindow managing={managing} close={close} />
}

type Naming = Exclude<Managing, { readonly kind: 'colour' }>

function NameWindow({ managing, close }: { managing: Naming; close: () => void }) {
  const app = useApp()
  const say = useWords(manageWords)
  const id = useId()
  const mailbox = managing.kind === 'change' ? managing.mailbox : undefined
  const [name, setName] = useState(mailbox?.name ?? '')
  const [parentId, setParentId] = useState(
    managing.kind === 'create' ? managing.parentId : managing.mailbox.parentId,
  )
  const [fault, setFault] = useState<MailboxFault>()
  const [isBusy, setBusy] = useState(false)
  const { store } = app
  const submit = async () => {
    setBusy(true)
    setFault(undefined)
    const named: Named = { name: name.trim(), parentId }
    const done =
      mailbox === undefined
        ? await createMailbox(store, named)
        : await changeMailbox(store, mailbox.id, named)
    setBusy(false)
    if (typeof done === 'string') return setFault(done)
    close()
    if (done !== undefined) app.openMailbox(store.accountId, done.id)
  }
  return (
    <Dialog
      title={say(mailbox === undefined ? 'create' : 'change')}
      closeLabel={say('cancel')}
      onClose={close}
    >
      <form
        className="mailbox-window"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <div className="field">
          <label htmlFor={`${id}-name`}>{say('name')}</label>
          <input
            id={`${id}-name`}
            className="input"
            value={name}
            maxLength={100}
            required
            autoComplete="off"
            aria-invalid={fault === 'nameTaken' || fault === 'nameWrong'}
            aria-describedby={fault === undefined ? undefined : `${id}-fault`}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor={`${id}-parent`}>{say('place')}</label>
          <select
            id={`${id}-parent`}
            className="input"
            value={parentId ?? ''}
            onChange={(event) => setParentId(event.target.value === '' ? null : event.target.value)}
          >
            <option value="">{say('top')}</option>
            <Parents mailbox={mailbox} />
          </select>
        </div>
        {fault === undefined ? null : (
          <p className="fault" role="alert" id={`${id}-fault`}>
            {say(fault)}
          </p>
        )}
        <div className="dialog-buttons">
          <Button onClick={close}>{say('cancel')}</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>
            {say(mailbox === undefined ? 'make' : 'save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** In the order of the tree, and as deep. */
function Parents({ mailbox }: { mailbox: Mailbox | undefined }) {
  const { store } = useApp()
  const say = useWords(mailboxWords)
  const all = store.mailboxes.all()
  const allowed = new Set(parentsFor(all, mailbox))
  return arrange(all, useValue(language))
    .filter((row) => allowed.has(row.mailbox))
    .map((row) => {
      const role = namedRole(row.mailbox)
      const shown = role === undefined ? row.mailbox.name : say(role)
      return (
        <option key={row.mailbox.id} value={row.mailbox.id}>
          {'\u2003'.repeat(row.depth) + shown}
        </option>
      )
    })
}

function ColourWindow({ mailbox, close }: { mailbox: Mailbox; close: () => void }) {
  const app = useApp()
  const say = useWords(manageWords)
  const sayMailbox = useWords(mailboxWords)
  useValue(app.marked.marks)
  const role = namedRole(mailbox)
  const name = role === undefined ? mailbox.name : sayMailbox(role)
  const chosen = app.marked.of(mailbox.id).colour ?? 'none'
  return (
    <Dialog title={say('colourOf', { name })} closeLabel={say('close')} onClose={close}>
      <Choice<Colour | 'none'>
        title={say('colour')}
        value={chosen}
        options={(['none', ...colours] as const).map((colour) => ({
          value: colour,
          label: say(colour),
        }))}
        onChoose={(colour) =>
          app.marked.change(mailbox.id, { colour: colour === 'none' ? undefined : colour })
        }
      />
      <p className="mailbox-hint">{say('ofThisBrowser')}</p>
      <div className="dialog-buttons">
        <Button kind="primary" onClick={close}>
          {say('close')}
        </Button>
      </div>
    </Dialog>
  )
}
