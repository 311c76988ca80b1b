/** What can be done with the text: one stop of the Tab key, the arrows go from tool to tool (WAI-ARIA toolbar). */
import type { Editor } from '@tiptap/core'
import {
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { useToolbar } from 'react-aria/useToolbar'
import { IconButton } from '../../kit/controls/button.tsx'
import type { IconName } from '../../kit/controls/icon.tsx'
import type { KeyOf } from '../../kit/words.ts'
import { useWords } from '../../kit/use-words.ts'
import { LinkDialog } from './link-dialog.tsx'
import { editorWords } from './words.ts'

type Chain = ReturnType<Editor['chain']>

interface Tool {
  readonly word: KeyOf<keyof (typeof editorWords)['en']>
  readonly icon: IconName
  readonly keys?: string
  /** The mark or node it turns on and off. */
  readonly isOf?: readonly [name: string, attributes?: object]
  readonly act: (chain: Chain) => Chain
  /** It is of no use where it can do nothing. */
  readonly isOnlyWhereItCan?: boolean
}

const tools: readonly (Tool | 'link' | 'gap')[] = [
  { word: 'bold', icon: 'bold', keys: 'Control+B', isOf: ['bold'], act: (c) => c.toggleBold() },
  {
    word: 'italic',
    icon: 'italic',
    keys: 'Control+I',
    isOf: ['italic'],
    act: (c) => c.toggleItalic(),
  },
  {
    word: 'underline',
    icon: 'underline',
    keys: 'Control+U',
    isOf: ['underline'],
    act: (c) => c.toggleUnderline(),
  },
  'gap',
  {
    word: 'heading',
    icon: 'heading',
    keys: 'Control+Alt+2',
    isOf: ['heading', { level: 2 }],
    act: (c) => c.toggleHeading({ level: 2 }),
  },
  {
    word: 'bulletList',
    icon: 'bullets',
    keys: 'Control+Shift+8',
    isOf: ['bulletList'],
    act: (c) => c.toggleBulletList(),
  },
  {
    word: 'orderedList',
    icon: 'numbers',
    keys: 'Control+Shift+7',
    isOf: ['orderedList'],
    act: (c) => c.toggleOrderedList(),
  },
  {
    word: 'outdent',
    icon: 'outdent',
    keys: 'Control+[',
    isOnlyWhereItCan: true,
    act: (c) => c.liftListItem('listItem'),
  },
  {
    word: 'indent',
    icon: 'indent',
    keys: 'Control+]',
    isOnlyWhereItCan: true,
    act: (c) => c.sinkListItem('listItem'),
  },
  {
    word: 'blockquote',
    icon: 'quote',
    keys: 'Control+Shift+B',
    isOf: ['blockquote'],
    act: (c) => c.toggleBlockquote(),
  },
  'link',
  'gap',
  {
    word: 'undo',
    icon: 'undo',
    keys: 'Control+Z',
    isOnlyWhereItCan: true,
    act: (c) => c.undo(),
  },
  {
    word: 'redo',
    icon: 'redo',
    keys: 'Control+Y',
    isOnlyWhereItCan: true,
    act: (c) => c.redo(),
  },
]

export interface ToolbarProps {
  readonly editor: Editor
  /** The text it works on. */
  readonly controls: string
  readonly children?: ReactNode
}

export function Toolbar({ editor, controls, children }: ToolbarProps) {
  const say = useWords(editorWords)
  const bar = useRef<HTMLDivElement>(null)
  const { toolbarProps } = useToolbar({ 'aria-label': say('formatting') }, bar)
  const [isLinking, setLinking] = useState(false)
  useEveryChange(editor)
  useToolKeys(editor, bar, () => setLinking(true))
  return (
    <>
      <div {...toolbarProps} ref={bar} className="toolbar" aria-controls={controls}>
        {tools.map((tool, index) => {
          // eslint-disable-next-line react/no-array-index-key -- they stay where they are
          if (tool === 'gap') return <span key={index} className="gap" />
          if (tool === 'link')
            return (
              <ToolButton
                key={tool}
                icon="link"
                label={say('link')}
                keys="Control+K"
                isPressed={editor.isActive('link')}
                onAct={() => setLinking(true)}
              />
            )
          const { word, icon, keys, isOf, act, isOnlyWhereItCan = false } = tool
          return (
            <ToolButton
              key={word}
              icon={icon}
              label={say(word)}
              keys={keys}
              isPressed={isOf === undefined ? undefined : editor.isActive(...isOf)}
              isDisabled={isOnlyWhereItCan && !act(editor.can().chain()).run()}
              onAct={(isByPointer) => {
                const chain = editor.chain()
                act(isByPointer ? chain.focus() : chain).run()
              }}
            />
          )
        })}
        {children}
      </div>
      {isLinking ? <LinkDialog editor={editor} onClose={() => setLinking(false)} /> : null}
    </>
  )
}

export interface ToolButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly keys?: string | undefined
  readonly isPressed?: boolean | undefined
  readonly isDisabled?: boolean
  /** By the keyboard the focus stays in the bar; by a pointer it was in the text and stays there. */
  readonly onAct: (isByPointer: boolean) => void
}

export function ToolButton(props: ToolButtonProps) {
  const { icon, label, keys, isPressed, isDisabled = false, onAct } = props
  return (
    <IconButton
      icon={icon}
      label={label}
      {...(keys === undefined ? {} : { keys })}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      // Not `disabled`: the focus would be lost with the last thing that was undone.
      aria-disabled={isDisabled}
      onMouseDown={(event: MouseEvent) => event.preventDefault()}
      onClick={({ detail }: MouseEvent) => {
        if (!isDisabled) onAct(detail > 0)
      }}
    />
  )
}

function useEveryChange(editor: Editor): void {
  const [, draw] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    editor.on('transaction', draw)
    return () => void editor.off('transaction', draw)
  }, [editor])
}

/** Alt and F10 lead to the tools, Escape from there back to the text; Control and K make a link. */
function useToolKeys(
  editor: Editor,
  bar: { readonly current: HTMLElement | null },
  link: () => void,
): void {
  const act = useRef(link)
  useLayoutEffect(() => {
    act.current = link
  })
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const inText = (event: KeyboardEvent) => {
      const { key, altKey, ctrlKey, metaKey } = event
      if (altKey && key === 'F10') bar.current?.querySelector('button')?.focus()
      else if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') act.current()
      else return
      event.preventDefault()
    }
    const inBar = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      // The window of the message stays open.
      event.preventDefault()
      editor.commands.focus()
    }
    editor.view.dom.addEventListener('keydown', inText, { signal })
    bar.current?.addEventListener('keydown', inBar, { signal })
    return () => stop.abort()
  }, [editor, bar])
}
