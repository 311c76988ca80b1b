/** One mailbox of the tree: opened by a click, taking what is dropped on it, with a menu while it is open. */
import { useState, type DragEvent } from 'react'
import { Icon } from '../../kit/controls/icon.tsx'
import { Menu, type MenuItem } from '../../kit/controls/menu.tsx'
import type { Mailbox } from '../../kit/jmap/types.ts'
import { useValue } from '../../kit/use-observable.ts'
import type { Say } from '../../kit/words.ts'
import { useActions } from '../actions/use-actions.ts'
import { useApp } from '../app/context.ts'
import { countOf, iconOf, namedRole, type MailboxRow } from './model.ts'
import type { mailboxWords } from './words.ts'

export type MailboxSay = Say<keyof (typeof mailboxWords)['en']>

export interface RowProps {
  readonly accountId: string
  readonly row: MailboxRow
  readonly say: MailboxSay
  /** Among the favourites: the tree has it once more, with its menu. */
  readonly isShortcut?: boolean
}

export function Row({ accountId, row, say, isShortcut = false }: RowProps) {
  const { mailbox, depth } = row
  const app = useApp()
  const actions = useActions()
  const [isOver, setOver] = useState(false)
  useValue(app.marked.marks)
  const { mailboxId, search } = app.route.value
  const isHere = mailboxId === mailbox.id && search === ''
  const role = namedRole(mailbox)
  const count = countOf(mailbox)
  const countText = say(mailbox.role === 'drafts' ? 'draftCount' : 'unread', { n: count })
  const takes = mailbox.myRights['mayAddItems'] === true && mailbox.id !== mailboxId
  const over = (event: DragEvent) => {
    if (!takes || !event.dataTransfer.types.includes('application/x-tamar-rows')) return
    event.preventDefault()
    setOver(true)
  }
  return (
    <li className="mailbox-row">
      <button
        type="button"
        className={isOver ? 'mailbox over' : 'mailbox'}
        data-colour={app.marked.of(mailbox.id).colour}
        aria-current={isHere ? 'page' : undefined}
        style={{ paddingInlineStart: `${0.75 + depth}rem` }}
        onClick={() => app.openMailbox(accountId, mailbox.id)}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          actions.moveTo(mailbox.id)
        }}
      >
        <Icon name={iconOf(mailbox)} />
        <span className="name">{role === undefined ? mailbox.name : say(role)}</span>
        {count === 0 ? null : (
          <span className="count">
            <span aria-hidden="true">{count}</span>
            <span className="visually-hidden">{countText}</span>
          </span>
        )}
      </button>
      {isHere && !isShortcut ? <MailboxMenu mailbox={mailbox} say={say} /> : null}
    </li>
  )
}

function MailboxMenu({ mailbox, say }: { mailbox: Mailbox; say: MailboxSay }) {
  const app = useApp()
  const actions = useActions()
  const { isFavourite } = app.marked.of(mailbox.id)
  const role = namedRole(mailbox)
  const { mayCreateChild, mayRename, mayDelete } = mailbox.myRights
  // What has a use is called by it, and stays.
  const isPlain = role === undefined
  const items: readonly MenuItem[] = [
    {
      key: 'favourite',
      label: say(isFavourite ? 'notFavourite' : 'favourite'),
      icon: 'star',
      act: () => app.marked.change(mailbox.id, { isFavourite: !isFavourite }),
    },
    {
      key: 'colour',
      label: say('colour'),
      act: () => app.managing.set({ kind: 'colour', mailbox }),
    },
    {
      key: 'create',
      label: say('createWithin'),
      icon: 'folder',
      isApart: true,
      isDisabled: mayCreateChild !== true,
      act: () => app.managing.set({ kind: 'create', parentId: mailbox.id }),
    },
    {
      key: 'change',
      label: say('change'),
      isDisabled: !isPlain || mayRename !== true,
      act: () => app.managing.set({ kind: 'change', mailbox }),
    },
    {
      key: 'delete',
      label: say('deleteMailbox'),
      icon: 'trash',
      isDisabled: !isPlain || mayDelete !== true,
      act: () => actions.deleteMailbox(mailbox),
    },
  ]
  const name = isPlain ? mailbox.name : say(role)
  return <Menu icon="more" label={say('menuOf', { name })} items={items} />
}
