/** Where formatted text is written: a tool bar and the text beneath it. */
import { Editor } from '@tiptap/core'
import { Placeholder } from '@tiptap/extensions/placeholder'
import { UndoRedo } from '@tiptap/extensions/undo-redo'
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { Paste, type PasteOptions } from './paste.ts'
import { Picture } from './picture.ts'
import type { PictureSource } from './picture-source.ts'
import { RichText } from './rich-text.ts'
import { openRoom } from './room.ts'
import { formatting } from './schema.ts'
import { Toolbar } from './toolbar.tsx'
import './editor.css'

export interface RichEditorProps {
  readonly label: string
  readonly placeholder?: string
  readonly value: RichText
  readonly takesFocus?: boolean
  readonly className?: string
  readonly onChange: (value: RichText) => void
  readonly onFiles: PasteOptions['onFiles']
  /** Where pictures come from that the text names; without it there are none. */
  readonly pictures?: PictureSource
  /** Told of the editor while it is there. */
  readonly onEditor?: (editor: Editor | undefined) => void
  /** Beside the tools. */
  readonly children?: ReactNode
}

export function RichEditor(props: RichEditorProps) {
  const { label, value, className = '' } = props
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  /** What is shown now; another value is put in its place. */
  const shown = useRef(value)
  const latest = useRef(props)
  useLayoutEffect(() => {
    latest.current = props
  })
  const [editor, setEditor] = useState<Editor>()
  useEffect(() => {
    const made = openEditor(place.current, latest.current, {
      onChange: (now) => {
        shown.current = now
        latest.current.onChange(now)
      },
      onFiles: (files, at) => latest.current.onFiles(files, at),
    })
    setEditor(made)
    latest.current.onEditor?.(made)
    // Loaded before something is pasted.
    void openRoom().catch(() => undefined)
    return () => {
      latest.current.onEditor?.(undefined)
      made.destroy()
    }
  }, [])
  useEffect(() => {
    if (editor === undefined || shown.current === value) return
    shown.current = value
    editor.commands.setContent(value.doc.toJSON(), { emitUpdate: false })
  }, [editor, value])
  useEffect(() => {
    editor?.setOptions({ editorProps: { attributes: attributesOf(label, id) } })
  }, [editor, label, id])
  return (
    <div className={`rich-editor ${className}`}>
      {editor === undefined ? null : (
        <Toolbar editor={editor} controls={id}>
          {props.children}
        </Toolbar>
      )}
      <div ref={place} className="rich-place" />
    </div>
  )
}

interface Told {
  readonly onChange: (value: RichText) => void
  readonly onFiles: PasteOptions['onFiles']
}

function openEditor(element: HTMLElement | null, props: RichEditorProps, told: Told): Editor {
  const editor = new Editor({
    element,
    // Its style would be inline, which the policy of the page refuses; ours has it.
    injectCSS: false,
    content: props.value.doc.toJSON(),
    extensions: [
      ...formatting.map((each) =>
        each === Picture ? Picture.configure({ source: props.pictures }) : each,
      ),
      UndoRedo,
      Placeholder.configure({ placeholder: props.placeholder ?? '' }),
      Paste.configure({
        onFiles: told.onFiles,
        hasPicture: (cid) => props.pictures?.stateOf(cid) !== undefined,
      }),
    ],
    onUpdate: ({ editor: { state } }) => told.onChange(new RichText(state.doc)),
  })
  // Above what is quoted, where an answer begins.
  if (props.takesFocus === true) editor.commands.focus('start')
  return editor
}

function attributesOf(label: string, id: string): Record<string, string> {
  return { id, 'aria-label': label, 'aria-multiline': 'true', class: 'rich-text', dir: 'auto' }
}
