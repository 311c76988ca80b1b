/** The left pane: every account one may open, and the mailboxes of the one that is open. */
import { Button } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { appWords } from '../app/words.ts'
import { arrange } from './model.ts'
import { Row, type MailboxSay } from './row.tsx'
import { mailboxWords } from './words.ts'
import './mailboxes.css'

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
  const app = useApp()
  const { mailboxes } = app.client.account(accountId)
  useSignal(mailboxes.changed)
  useValue(app.marked.marks)
  const rows = arrange(mailboxes.all(), useValue(language))
  const favourites = rows.filter(({ mailbox }) => app.marked.of(mailbox.id).isFavourite)
  const isReadOnly = app.client.session.accounts[accountId]?.isReadOnly === true
  return (
    <>
      {favourites.length === 0 ? null : (
        <ul className="favourites" aria-label={say('favourites')}>
          {favourites.map(({ mailbox }) => (
            <Row
              key={mailbox.id}
              accountId={accountId}
              row={{ mailbox, depth: 0 }}
              say={say}
              isShortcut
            />
          ))}
        </ul>
      )}
      <ul>
        {rows.map((row) => (
          <Row key={row.mailbox.id} accountId={accountId} row={row} say={say} />
        ))}
      </ul>
      {isReadOnly ? null : (
        <button
          type="button"
          className="mailbox make"
          onClick={() => app.managing.set({ kind: 'create', parentId: null })}
        >
          <Icon name="folder" />
          <span className="name">{say('create')}</span>
        </button>
      )}
    </>
  )
}
