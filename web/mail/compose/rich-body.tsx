/** The formatted text of a message, with its pictures. */
import type { Editor } from '@tiptap/core'
import { useRef, useState } from 'react'
import { useWords } from '../../kit/use-words.ts'
import type { RichText } from '../editor/rich-text.ts'
import { ToolButton } from '../editor/toolbar.tsx'
import { RichEditor } from '../editor/view.tsx'
import { formatSize } from '../reader/model.ts'
import { pictureOctetsMax, picturesMax, pictureTypes } from './draft-pictures.ts'
import type { Draft } from './draft.ts'
import { composeWords } from './words.ts'

export function RichBody(props: { draft: Draft; rich: RichText; takesFocus: boolean }) {
  const { draft, rich, takesFocus } = props
  const say = useWords(composeWords)
  const input = useRef<HTMLInputElement>(null)
  const [editor, setEditor] = useState<Editor>()
  const [asFiles, setAsFiles] = useState<readonly string[]>([])
  /** What can stand in the text does; the rest is attached, and pictures among it are named. */
  const take = (files: readonly File[], at?: number) => {
    const shown = files.filter((file) => draft.pictures.takes(file))
    const others = files.filter((file) => !shown.includes(file))
    setAsFiles(others.filter(({ type }) => type.startsWith('image/')).map(({ name }) => name))
    for (const file of others) draft.files.attach(file)
    if (editor === undefined || shown.length === 0) return
    const domain = draft.identity?.email.split('@')[1] ?? 'localhost'
    const pictures = shown.map((file) => ({
      type: 'picture',
      attrs: { cid: draft.pictures.insert(file, domain), alt: altOf(file.name) },
    }))
    const place = Math.min(at ?? editor.state.selection.from, editor.state.doc.content.size)
    editor.chain().focus().insertContentAt(place, pictures).run()
  }
  return (
    <>
      <RichEditor
        label={say('text')}
        placeholder={say('writeHere')}
        value={rich}
        takesFocus={takesFocus}
        pictures={draft.pictures}
        onChange={(now) => draft.change({ rich: now })}
        onFiles={take}
        onEditor={setEditor}
      >
        <ToolButton
          icon="picture"
          label={say('insertPicture')}
          onAct={() => input.current?.click()}
        />
      </RichEditor>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={pictureTypes.join(',')}
        data-testid="pictures"
        onChange={({ target }) => {
          take([...(target.files ?? [])])
          target.value = ''
        }}
      />
      {asFiles.length === 0 ? null : (
        <p className="compose-warnings" role="status">
          {say('pictureAsFile', {
            names: asFiles.join(', '),
            n: picturesMax,
            max: formatSize(pictureOctetsMax),
          })}
        </p>
      )}
    </>
  )
}

/** A name that somebody gave says what is seen; one that a program gave says nothing. */
function altOf(name: string): string {
  const bare = name.replace(/\.[a-z\d]{1,5}$/i, '')
  return /^(?:image|img[\s_-]?\d*|dsc\S*|screenshot.*|\d+|blob)$/i.test(bare) ? '' : bare
}
