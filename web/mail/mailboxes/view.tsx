/** The left pane: every account one may open, and the mailboxes of the one that is open. */
import { useState, type DragEvent } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language, type Say } from '../../kit/words.ts'
import { useActions } from '../actions/use-actions.ts'
import { useApp } from '../app/context.ts'
import { appWords } from '../app/words.ts'
import { arrange, countOf, iconOf, namedRole, type MailboxRow } from './model.ts'
import { mailboxWords } from './words.ts'
import './mailboxes.css'

type MailboxSay = Say<keyof (typeof mailboxWords)['en']>

export function MailboxPane() {
  const app = useApp()
  const say = useWords(mailboxWords)
  useValue(app.route)
  const sayApp = useWords(appWords)
  const { accounts } = app.client.session
  const own = useOwnName()
  return (
    <nav className="mailboxes" aria-label={say('mailboxes')}>
      <Button kind="primary" icon="compose" className="new-message" onClick={() => app.compose()}>
        {sayApp('compose')}
      </Button>
      {app.client.accountIds().map((id) => {
        const account = accounts[id]
        if (account === undefined) return null
        const isOpen = id === app.accountId
        return (
          <section key={id} aria-label={account.name}>
            <button
              type="button"
              className={account.isPersonal ? 'account' : 'account acting'}
              aria-expanded={isOpen}
              onClick={() => void app.openAccount(id)}
            >
              <Icon name={account.isPersonal ? 'person' : 'office'} />
              <span className="name" title={account.name}>
                {account.isPersonal ? (own ?? account.name) : account.name}
              </span>
              {account.isPersonal ? null : <span className="visually-hidden">{say('post')}</span>}
            </button>
            {isOpen ? <Tree accountId={id} say={say} /> : null}
          </section>
        )
      })}
    </nav>
  )
}

/** In the language of now; undefined until it is known. */
function useOwnName(): string | undefined {
  const person = useValue(useApp().person)
  const locale = useValue(language)
  if (person === undefined) return undefined
  const name = locale === 'en' ? person.nameEn : person.nameZh
  return [name, person.nameEn, person.nameZh].find((each) => each !== '')
}

function Tree({ accountId, say }: { accountId: string; say: MailboxSay }) {
  const { mailboxes } = useApp().client.account(accountId)
  useSignal(mailboxes.changed)
  const rows = arrange(mailboxes.all(), useValue(language))
  return (
    <ul>
      {rows.map((row) => (
        <Row key={row.mailbox.id} accountId={accountId} row={row} say={say} />
      ))}
    </ul>
  )
}

function Row(props: { accountId: string; row: MailboxRow; say: MailboxSay }) {
  const { accountId, row, say } = props
  const { mailbox, depth } = row
  const app = useApp()
  const actions = useActions()
  const [isOver, setOver] = useState(false)
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
    <li>
      <button
        type="button"
        className={isOver ? 'mailbox over' : 'mailbox'}
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
    </li>
  )
}
