/** A conversation in the list. */
import { memo, type DragEvent, type MouseEvent } from 'react'
import { Icon } from '../../kit/controls/icon.tsx'
import type { Email } from '../../kit/jmap/types.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { formatWhen, nameOf, rowFacts, type MessageList, type RowFacts } from './model.ts'
import { messageWords } from './words.ts'

export interface MessageRowProps {
  readonly index: number
  readonly list: MessageList
  readonly email: Email | undefined
  readonly active: string | undefined
  readonly chosen: ReadonlySet<string>
  readonly onOpen: (id: string) => void
}

export function rowDomId(id: string): string {
  return `row-${id}`
}

export function MessageRow({ index, list, email, active, chosen, onOpen }: MessageRowProps) {
  const say = useWords(messageWords)
  if (email === undefined)
    return (
      <div
        role="row"
        aria-label={say('loading')}
        aria-rowindex={index + 1}
        className="message waiting"
      >
        <div role="gridcell">
          <span className="visually-hidden">{say('loading')}</span>
          <span className="bar" />
          <span className="bar long" />
        </div>
      </div>
    )
  const isChosen = chosen.has(email.id)
  const isActive = active === email.id
  const facts = rowFacts(list.store, email, showsRecipients(list))
  const classes = [
    'message',
    facts.isUnread && 'unread',
    isActive && 'active',
    isChosen && 'chosen',
  ]
  const click = (event: MouseEvent) => {
    if (event.shiftKey) return list.reach(email.id, 'range')
    if (event.ctrlKey || event.metaKey) return list.reach(email.id, 'toggle')
    list.reach(email.id, 'one')
    onOpen(email.id)
  }
  const drag = (event: DragEvent) => {
    if (!isChosen) list.reach(email.id, 'one')
    event.dataTransfer.setData('application/x-tamar-rows', String(list.targets().length))
    event.dataTransfer.effectAllowed = 'move'
  }
  return (
    // The keys are the grid's: focus never leaves it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="row"
      id={rowDomId(email.id)}
      aria-rowindex={index + 1}
      aria-selected={isChosen || (chosen.size === 0 && isActive)}
      className={classes.filter(Boolean).join(' ')}
      draggable
      onDragStart={drag}
      onClick={click}
    >
      <Choose list={list} id={email.id} isChosen={isChosen} />
      <Cells email={email} facts={facts} />
    </div>
  )
}

/** Where what was sent is listed, it is said to whom. */
function showsRecipients(list: MessageList): boolean {
  const role = list.mailboxId === undefined ? null : list.store.mailboxes.get(list.mailboxId)?.role
  return role === 'sent' || role === 'drafts'
}

function Choose({ list, id, isChosen }: { list: MessageList; id: string; isChosen: boolean }) {
  const say = useWords(messageWords)
  return (
    <div role="gridcell" className="choose">
      <button
        type="button"
        tabIndex={-1}
        aria-pressed={isChosen}
        aria-label={say('select')}
        onClick={(event) => {
          event.stopPropagation()
          list.reach(id, event.shiftKey ? 'range' : 'toggle')
        }}
      >
        <span className="box">{isChosen ? <Icon name="check" /> : null}</span>
      </button>
    </div>
  )
}

const Cells = memo(function Cells({ email, facts }: { email: Email; facts: RowFacts }) {
  const say = useWords(messageWords)
  const locale = useValue(language)
  const who = facts.people.map(nameOf).join(locale === 'en' ? ', ' : '、')
  return (
    <div role="gridcell" className="cells">
      <div className="line">
        {facts.isUnread ? <span className="dot" role="img" aria-label={say('unread')} /> : null}
        {facts.isDraft ? <span className="draft">{say('draft')}</span> : null}
        <span className="who">{who === '' ? say('noSender') : who}</span>
        {facts.count > 1 ? (
          <span className="count">
            <span aria-hidden="true">{facts.count}</span>
            <span className="visually-hidden">{say('inConversation', { n: facts.count })}</span>
          </span>
        ) : null}
        <time dateTime={email.receivedAt}>{formatWhen(email.receivedAt, new Date(), locale)}</time>
      </div>
      <div className="line">
        <span className="subject">{email.subject?.trim() ? email.subject : say('noSubject')}</span>
        {facts.isAnswered ? <Mark icon="reply" label={say('answered')} /> : null}
        {email.hasAttachment ? <Mark icon="attachment" label={say('hasAttachment')} /> : null}
        {facts.isFlagged ? <Mark icon="flag" label={say('flagged')} /> : null}
      </div>
      <div className="preview">{email.preview}</div>
    </div>
  )
}, sameCells)

/** Facts are made anew with each drawing; what they say seldom is new. */
function sameCells(
  a: { email: Email; facts: RowFacts },
  b: { email: Email; facts: RowFacts },
): boolean {
  return a.email === b.email && JSON.stringify(a.facts) === JSON.stringify(b.facts)
}

function Mark({ icon, label }: { icon: 'reply' | 'attachment' | 'flag'; label: string }) {
  return (
    <span className={`mark ${icon}`} role="img" aria-label={label} title={label}>
      <Icon name={icon} isFilled={icon === 'flag'} />
    </span>
  )
}
