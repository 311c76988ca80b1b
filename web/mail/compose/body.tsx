/** The text of a message: formatted, or nothing but words. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import type { Draft } from './draft.ts'
import { composeWords } from './words.ts'

const RichBody = lazy(() =>
  import('./rich-body.tsx').then((module) => ({ default: module.RichBody })),
)

export function BodyField({ draft, takesFocus }: { draft: Draft; takesFocus: boolean }) {
  const say = useWords(composeWords)
  const { rich } = useValue(draft.fields)
  const [first] = useState(rich === undefined)
  // Who only chose another form is at its button, and stays there.
  const isAsBegun = first === (rich === undefined)
  if (rich === undefined)
    return <TextArea draft={draft} label={say('text')} takesFocus={takesFocus && isAsBegun} />
  return (
    <Suspense fallback={<div className="compose-text" aria-busy="true" />}>
      <RichBody draft={draft} rich={rich} takesFocus={takesFocus && isAsBegun} />
    </Suspense>
  )
}

/** Turns the one into the other. */
export function FormButton(props: { draft: Draft; onFault: (why: string) => void }) {
  const { draft, onFault } = props
  const say = useWords(composeWords)
  const isPlain = useValue(draft.fields).rich === undefined
  return (
    <IconButton
      icon="plain"
      label={say('plainText')}
      aria-pressed={isPlain}
      onClick={() =>
        void draft.writeAs(isPlain ? 'rich' : 'plain').catch(() => onFault(say('unreachable')))
      }
    />
  )
}

function TextArea(props: { draft: Draft; label: string; takesFocus: boolean }) {
  const { draft, label } = props
  const { text } = useValue(draft.fields)
  const area = useRef<HTMLTextAreaElement>(null)
  const takesFocus = useRef(props.takesFocus)
  useEffect(() => {
    const { current } = area
    if (!takesFocus.current || current === null) return
    // Above what is quoted, where an answer begins.
    current.focus()
    current.setSelectionRange(0, 0)
    current.scrollTop = 0
  }, [])
  return (
    <textarea
      ref={area}
      className="compose-text"
      aria-label={label}
      dir="auto"
      value={text}
      onChange={(event) => draft.change({ text: event.target.value })}
      onPaste={(event) => {
        const files = [...event.clipboardData.files]
        if (files.length === 0) return
        event.preventDefault()
        for (const file of files) draft.files.attach(file)
      }}
    />
  )
}
