/** What can be done with what is chosen or open, as buttons. */
import { IconButton } from '../../kit/controls/button.tsx'
import { Menu } from '../../kit/controls/menu.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { appWords } from '../app/words.ts'
import { arrange, iconOf, moveTargets, namedRole } from '../mailboxes/model.ts'
import { mailboxWords } from '../mailboxes/words.ts'
import { useActions } from './use-actions.ts'
import { actionWords } from './words.ts'

export function ActionBar() {
  const app = useApp()
  const actions = useActions()
  const say = useWords(actionWords)
  const sayApp = useWords(appWords)
  const { list } = app
  const { threadId } = useValue(app.route)
  const chosen = useValue(list.chosen)
  const active = useValue(list.active)
  useSignal(app.store.emails.changed)
  const has = chosen.size > 0 || active !== undefined
  const mayMove = has && actions.may('mayRemoveItems')
  const mayMark = has && actions.may('maySetKeywords')
  const maySee = has && actions.may('maySetSeen')
  return (
    <div className="action-bar" role="toolbar" aria-label={say('actions')}>
      {threadId === undefined ? null : (
        <IconButton
          className="back-button"
          icon="back"
          label={sayApp('back')}
          onClick={() => app.closeThread()}
        />
      )}
      <IconButton
        icon="archive"
        label={say('archive')}
        keys="e"
        disabled={!mayMove}
        onClick={() => actions.archive()}
      />
      <IconButton
        icon="trash"
        label={say('delete')}
        keys="#"
        disabled={!mayMove}
        onClick={() => actions.delete()}
      />
      <IconButton
        icon="junk"
        label={say('junk')}
        keys="!"
        disabled={!mayMove}
        onClick={() => actions.junk()}
      />
      <MoveMenu isDisabled={!mayMove} />
      <IconButton
        icon="flag"
        label={say('flag')}
        keys="s"
        disabled={!mayMark}
        onClick={() => actions.flag()}
      />
      <IconButton
        icon="unread"
        label={say('markUnread')}
        keys="u"
        disabled={!maySee}
        onClick={() => actions.toggleRead()}
      />
      {chosen.size > 0 ? (
        <span className="chosen-count" role="status">
          {say('chosen', { n: chosen.size })}
          <IconButton icon="close" label={say('chooseNone')} onClick={() => list.chooseNone()} />
        </span>
      ) : null}
    </div>
  )
}

function MoveMenu({ isDisabled }: { isDisabled: boolean }) {
  const app = useApp()
  const actions = useActions()
  const say = useWords(actionWords)
  const sayMailbox = useWords(mailboxWords)
  const locale = useValue(language)
  const targets = new Set(moveTargets(app.store.mailboxes.all(), app.list.mailboxId))
  const rows = arrange(app.store.mailboxes.all(), locale).filter(({ mailbox }) =>
    targets.has(mailbox),
  )
  const items = isDisabled
    ? []
    : rows.map(({ mailbox }) => {
        const role = namedRole(mailbox)
        return {
          key: mailbox.id,
          label: role === undefined ? mailbox.name : sayMailbox(role),
          icon: iconOf(mailbox),
          act: () => actions.moveTo(mailbox.id),
        }
      })
  return <Menu id="move-menu" label={say('move')} icon="move" keys="v" items={items} />
}
