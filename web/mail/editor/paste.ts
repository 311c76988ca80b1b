/**
 * What is pasted and dropped. ProseMirror would read it by `innerHTML`, which Trusted Types refuse; here it is cleaned first,
 * in a window where it cannot act, and only what the schema knows gets in.
 */
import { Extension } from '@tiptap/core'
import { DOMParser, Fragment, Slice } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { Unshowable } from '../reader/sanitize.ts'
import { cleanFragment, type HasPicture } from './of-html.ts'
import { RichText } from './rich-text.ts'
import { openRoom } from './room.ts'

export interface PasteOptions {
  /** Files that came with it, and where they were let go. */
  readonly onFiles: (files: readonly File[], at: number) => void
  /** Pictures of this text that may come again. */
  readonly hasPicture: HasPicture
}

export const Paste = Extension.create<PasteOptions>({
  name: 'paste',
  addOptions: () => ({ onFiles: () => undefined, hasPicture: () => false }),
  addProseMirrorPlugins() {
    const { options } = this
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            paste: (view, event) => {
              const { clipboardData } = event
              if (clipboardData === null) return false
              event.preventDefault()
              take(view, clipboardData, { ...options, at: undefined })
              return true
            },
            drop: (view, event) => {
              // What is moved within the text is ProseMirror's own.
              if (event.dataTransfer === null || view.dragging !== null) return false
              event.preventDefault()
              // The form would attach the files once more.
              event.stopPropagation()
              const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
              take(view, event.dataTransfer, { ...options, at: at ?? view.state.selection.to })
              return true
            },
          },
        },
      }),
    ]
  },
})

interface Take extends PasteOptions {
  /** Undefined: in place of what is selected. */
  readonly at: number | undefined
}

function take(view: EditorView, data: DataTransfer, { at, onFiles, hasPicture }: Take): void {
  const files = [...data.files]
  const html = data.getData('text/html')
  const text = data.getData('text/plain')
  // A word processor puts a picture of the text beside it.
  if (files.length > 0 && (text === '' || html === ''))
    return onFiles(files, at ?? view.state.selection.from)
  if (html === '') return insertText(view, text, at)
  // It goes where it was let go, whatever is written before it is clean.
  void openRoom()
    .then((room) => sliceOf(view, cleanFragment([html], room, hasPicture)))
    .then(
      (slice) => insert(view, slice, at),
      (error: unknown) => {
        if (!(error instanceof Unshowable)) reportError(error)
        insertText(view, text, at)
      },
    )
}

function sliceOf(view: EditorView, cleaned: HTMLElement): Slice {
  const parser = DOMParser.fromSchema(view.state.schema)
  return parser.parseSlice(cleaned, { context: view.state.selection.$from })
}

function insertText(view: EditorView, text: string, at: number | undefined): void {
  const { schema } = view.state
  const { doc } = RichText.ofPlainText(text)
  const content = Fragment.fromJSON(schema, doc.content.toJSON())
  insert(view, Slice.maxOpen(content), at)
}

function insert(view: EditorView, slice: Slice, at: number | undefined): void {
  if (view.isDestroyed || slice.size === 0) return
  const { tr, doc } = view.state
  const place = at === undefined ? undefined : Math.min(at, doc.content.size)
  if (place === undefined) tr.replaceSelection(slice)
  else tr.replaceRange(place, place, slice)
  view.dispatch(tr.scrollIntoView().setMeta('paste', true).setMeta('uiEvent', 'paste'))
}
