/** The fields of a message, and what can be done with it. */
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
} from 'react'
import { Button, IconButton } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { BodyField, FormButton } from './body.tsx'
import { isAnyOutside, Judging, warningsOf } from './judging.ts'
import { DoubtsDialog, WarningList } from './doubts.tsx'
import type { Draft } from './draft.ts'
import { FileList } from './files.tsx'
import { MarkingField, MarkingNote } from './marking-field.tsx'
import { markingIn, whyNot } from './marking.ts'
import { RecipientsField } from './recipients-field.tsx'
import { SendLater } from './send-later.tsx'
import { closeDraft, discardDraft, readinessOf, sendDraft, type Doubtful } from './sending.ts'
import { composeWords } from './words.ts'

export interface ComposeFormProps {
  readonly draft: Draft
  readonly title: string
  readonly accountId: string
}

export function ComposeForm({ draft, title, accountId }: ComposeFormProps) {
  const app = useApp()
  const say = useWords(composeWords)
  const fields = useValue(draft.fields)
  const state = useValue(draft.state)
  const [fault, setFault] = useState<string>()
  const [doubts, setDoubts] = useState<Doubtful & { readonly at: Date | undefined }>()
  const [isSending, setSending] = useState(false)
  const [showsCopies, setShowsCopies] = useState(fields.cc.length + fields.bcc.length > 0)
  const store = app.client.account(accountId)
  /** Two strokes of the keys send one message. */
  const isAtIt = useRef(false)
  /** A mistyped address must not be left behind by what is sent. */
  const rests = useRef(new Map<'to' | 'cc' | 'bcc', string>())
  useEffect(() => keepWhatIsWritten(draft), [draft])

  const octetsMax = app.client.attachmentOctetsMax(accountId)
  const judging = useMemo(() => new Judging(store), [store])
  const judgements = useValue(judging.known)
  const { recipients } = draft
  const warnings = warningsOf(judgements, recipients)
  const goesOutside = isAnyOutside(judgements, recipients)
  const subjectId = useId()
  useEffect(() => judging.look(draft.recipients), [judging, draft, fields])

  const send = async (isSure: boolean, at?: Date) => {
    if (isAtIt.current) return
    isAtIt.current = true
    setFault(undefined)
    setFault(await trySending(isSure, at))
    isAtIt.current = false
  }
  /** @returns what is wrong, in words. */
  const trySending = async (isSure: boolean, at?: Date): Promise<string | undefined> => {
    const rest = [...rests.current.values()].find((text) => text !== '')
    if (rest !== undefined) return say('notAnAddress', { text: rest })
    judging.look(draft.recipients)
    await judging.settled()
    const warnings = warningsOf(judging.known.value, draft.recipients)
    const marking = markingIn(draft.fields.value.subject, draft.markings)
    const isOutside = isAnyOutside(judging.known.value, draft.recipients)
    const refused = marking === undefined ? undefined : whyNot(marking, isOutside)
    if (refused !== undefined) return say(refused)
    const readiness = readinessOf(
      draft,
      warnings.filter(({ isGrave }) => isGrave),
    )
    if (readiness.kind === 'not-ready') return say(readiness.why)
    // Said with the files already.
    if (draft.octets > octetsMax) return undefined
    const isAsked = readiness.kind === 'doubtful' && !isSure
    setDoubts(isAsked ? { ...readiness, at } : undefined)
    if (isAsked) return undefined
    setSending(true)
    const why = await sendDraft(app, { draft, store, accountId }, at)
    if (why === undefined) return undefined
    setSending(false)
    return say(why)
  }
  const close = () => void closeDraft(app, draft).then((why) => why && setFault(say(why)))
  const keyDown = (event: KeyboardEvent) => {
    // What is typed here is no shortcut of the page.
    event.stopPropagation()
    // An input method's own: it takes and gives up what it offers.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void send(false)
    } else if (event.key === 'Escape' && !event.defaultPrevented) close()
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of its fields pass here
    <form
      className="compose-form"
      onKeyDown={keyDown}
      onSubmit={(event) => event.preventDefault()}
      {...dropOf(draft)}
    >
      <div className="compose-head">
        <h2>{title}</h2>
        <span className="draft-state" role="status">
          {say(state)}
        </span>
        <IconButton icon="close" label={say('close')} keys="Escape" onClick={close} />
      </div>
      <div className="compose-fields">
        <FromField draft={draft} />
        <RecipientsField
          label={say('to')}
          store={store}
          judgements={judgements}
          value={fields.to}
          takesFocus={fields.to.length === 0}
          onChange={(to) => draft.change({ to })}
          onRest={(text) => rests.current.set('to', text.trim())}
        />
        {showsCopies ? (
          <>
            <RecipientsField
              label={say('cc')}
              store={store}
              judgements={judgements}
              value={fields.cc}
              onChange={(cc) => draft.change({ cc })}
              onRest={(text) => rests.current.set('cc', text.trim())}
            />
            <RecipientsField
              label={say('bcc')}
              store={store}
              judgements={judgements}
              value={fields.bcc}
              onChange={(bcc) => draft.change({ bcc })}
              onRest={(text) => rests.current.set('bcc', text.trim())}
            />
          </>
        ) : (
          <Button kind="quiet" className="add-copies" onClick={() => setShowsCopies(true)}>
            {say('addCc')}
          </Button>
        )}
        <div className="compose-line subject-line">
          <label htmlFor={subjectId}>{say('subject')}</label>
          <input
            id={subjectId}
            className="bare"
            value={fields.subject}
            onChange={(event) => draft.change({ subject: event.target.value })}
          />
          <MarkingField draft={draft} />
        </div>
      </div>
      <BodyField draft={draft} takesFocus={fields.to.length > 0} />
      <WarningList warnings={warnings} />
      <MarkingNote draft={draft} goesOutside={goesOutside} />
      <FileList draft={draft} octetsMax={octetsMax} />
      {fault === undefined ? null : (
        <p className="compose-fault" role="alert">
          {fault}
        </p>
      )}
      <div className="compose-foot">
        <Button
          kind="primary"
          icon="sent"
          disabled={isSending}
          aria-keyshortcuts="Control+Enter"
          onClick={() => void send(false)}
        >
          {say('send')}
        </Button>
        <SendLater onSend={(at) => void send(false, at)} />
        <AttachButton draft={draft} />
        <FormButton draft={draft} onFault={setFault} />
        <IconButton
          className="discard"
          icon="trash"
          label={say('discard')}
          onClick={() => void discardDraft(app, draft)}
        />
      </div>
      {doubts === undefined ? null : (
        <DoubtsDialog
          doubtful={doubts}
          count={recipients.length}
          onKeep={() => setDoubts(undefined)}
          onSend={() => void send(true, doubts.at)}
        />
      )}
    </form>
  )
}

function FromField({ draft }: { draft: Draft }) {
  const say = useWords(composeWords)
  const { identityId } = useValue(draft.fields)
  if (draft.identities.length < 2) return null
  return (
    <label className="compose-line">
      <span>{say('from')}</span>
      <select
        className="bare"
        value={identityId}
        onChange={(event) => draft.sendAs(event.target.value)}
      >
        {draft.identities.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name === '' ? email : `${name} <${email}>`}
          </option>
        ))}
      </select>
    </label>
  )
}

function AttachButton({ draft }: { draft: Draft }) {
  const say = useWords(composeWords)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton icon="attachment" label={say('attach')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={({ target }) => {
          for (const file of target.files ?? []) draft.files.attach(file)
          target.value = ''
        }}
      />
    </>
  )
}

function dropOf(draft: Draft) {
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    onDragOver: (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      for (const file of event.dataTransfer.files) draft.files.attach(file)
    },
  }
}

/** Whatever takes this from the page or from sight, what was written is kept. */
function keepWhatIsWritten(draft: Draft): () => void {
  const save = () => void draft.save().catch(() => undefined)
  const stop = new AbortController()
  const { signal } = stop
  const hide = () => {
    if (document.visibilityState === 'hidden') save()
  }
  document.addEventListener('visibilitychange', hide, { signal })
  const leave = (event: BeforeUnloadEvent) => {
    if (!draft.isUnsaved) return
    save()
    // The browser asks; meanwhile it is saved.
    event.preventDefault()
  }
  window.addEventListener('beforeunload', leave, { signal })
  return () => {
    stop.abort()
    save()
  }
}
