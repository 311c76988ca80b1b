/** Where the words that are selected lead, or that are written for it. */
import type { Editor } from '@tiptap/core'
import { useId, useState, type FormEvent } from 'react'
import { createPortal } from 'react-dom'
import { Button } from '../../kit/controls/button.tsx'
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useWords } from '../../kit/use-words.ts'
import { linkAddressOf } from './link-address.ts'
import { editorWords } from './words.ts'

export function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const say = useWords(editorWords)
  const id = useId()
  const [before] = useState(() => String(editor.getAttributes('link')['href'] ?? ''))
  const [text, setText] = useState(before)
  const [isWrong, setWrong] = useState(false)
  const end = (act: () => void) => {
    onClose()
    // After the window gave the focus back to where it was.
    queueMicrotask(act)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // React's events pass through the window to the form of the message.
    event.stopPropagation()
    const href = linkAddressOf(text)
    if (href === undefined) setWrong(true)
    else end(() => setLink(editor, href, text.trim()))
  }
  // Beside the form of the message: a form has no place in another.
  return createPortal(
    <Dialog
      title={say('link')}
      closeLabel={say('cancel')}
      onClose={() => end(() => editor.commands.focus())}
    >
      <form onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>{say('linkAddress')}</label>
          <input
            id={id}
            className="input"
            // As the window asks for it; React's own would come before the window is there.
            ref={(input) => input?.setAttribute('autofocus', '')}
            value={text}
            aria-invalid={isWrong}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              setText(event.target.value)
              setWrong(false)
            }}
          />
          <p
            id={`${id}-hint`}
            className={isWrong ? 'link-fault' : 'soft'}
            role={isWrong ? 'alert' : undefined}
          >
            {say(isWrong ? 'linkFault' : 'linkHint')}
          </p>
        </div>
        <div className="dialog-buttons">
          <Button kind="primary" type="submit">
            {say('linkSet')}
          </Button>
          {before === '' ? null : (
            <Button
              onClick={() =>
                end(() => editor.chain().focus().extendMarkRange('link').unsetMark('link').run())
              }
            >
              {say('linkRemove')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>,
    editor.view.dom.closest('form')?.parentElement ?? document.body,
  )
}

function setLink(editor: Editor, href: string, text: string): void {
  const marks = [{ type: 'link', attrs: { href } }]
  const chain = editor.chain().focus()
  if (editor.isActive('link')) chain.extendMarkRange('link').setMark('link', { href }).run()
  else if (editor.state.selection.empty) chain.insertContent({ type: 'text', text, marks }).run()
  else chain.setMark('link', { href }).run()
}
