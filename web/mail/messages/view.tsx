/** The middle pane: a grid of conversations, of which only those in sight are drawn. */
import { useCallback, useEffect, useRef, type KeyboardEvent } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { VirtualRows, type VirtualRowsHandle } from '../../kit/controls/virtual-rows.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { offlineWords } from '../offline/words.ts'
import type { MessageList } from './model.ts'
import { MessageRow, rowDomId } from './row.tsx'
import { messageWords } from './words.ts'
import './messages.css'

export function MessagePane({ list }: { list: MessageList }) {
  const app = useApp()
  const say = useWords(messageWords)
  const sayOffline = useWords(offlineWords)
  const rows = useRef<VirtualRowsHandle>(null)
  const { query, store } = list
  useSignal(query.changed)
  useSignal(store.emails.changed)
  useSignal(store.threads.changed)
  const active = useValue(list.active)
  const chosen = useValue(list.chosen)
  const onSight = useCallback(
    (first: number, last: number) => void query.ensure(Math.max(0, first), Math.max(last, 0)),
    [query],
  )
  useEffect(() => {
    const show = () => {
      const { value } = list.active
      if (value !== undefined) rows.current?.show(query.indexOf(value))
    }
    return list.wantsSight.subscribe(show)
  }, [list, query])
  const open = (id: string) => {
    const email = store.emails.get(id)
    if (email !== undefined) app.openThread(email.threadId)
  }
  // Beside an open conversation the arrows read on; alone they only move.
  const follow = (id: string | undefined) => {
    if (id !== undefined && app.route.value.threadId !== undefined) open(id)
  }
  const count = query.length ?? 0
  if (query.error !== undefined && !query.isKnown)
    return (
      <div className="empty" role="alert">
        <p>{app.isOffline ? sayOffline('noSearch') : say('failed')}</p>
        {app.isOffline ? null : (
          <Button onClick={() => void query.ensure(0, 0)}>{say('retry')}</Button>
        )}
      </div>
    )
  return (
    <>
      <VirtualRows
        handle={rows}
        className="messages"
        role="grid"
        id="message-list"
        aria-label={say('messages')}
        aria-rowcount={count}
        aria-multiselectable="true"
        aria-busy={!query.isKnown}
        active={
          active === undefined ? undefined : { index: query.indexOf(active), id: rowDomId(active) }
        }
        count={count}
        rowHeightToken="--row"
        onSight={onSight}
        onKeyDown={(event) => keyDown(event, list, rows.current, { open, follow })}
      >
        {(index) => (
          <MessageRow
            index={index}
            list={list}
            email={list.email(index)}
            active={active}
            chosen={chosen}
            onOpen={open}
          />
        )}
      </VirtualRows>
      {query.isKnown && count === 0 ? <Nothing isSearch={list.search !== ''} /> : null}
    </>
  )
}

function Nothing({ isSearch }: { isSearch: boolean }) {
  const say = useWords(messageWords)
  return (
    <div className="empty" role="status">
      <p className="large">{say(isSearch ? 'nothingFound' : 'empty')}</p>
      <p>{say(isSearch ? 'nothingFoundHint' : 'emptyHint')}</p>
    </div>
  )
}

/** Keys that belong to a list everywhere; those of the mail are in `help/shortcuts.ts`. */
function keyDown(
  event: KeyboardEvent,
  list: MessageList,
  rows: VirtualRowsHandle | null,
  acts: {
    readonly open: (id: string) => void
    readonly follow: (id: string | undefined) => void
  },
): void {
  const reach = event.shiftKey ? 'range' : 'one'
  const page = rows?.rowsOfPage() ?? 10
  const at = list.active.value === undefined ? -1 : list.query.indexOf(list.active.value)
  const go = (id: string | undefined) => (event.shiftKey ? undefined : acts.follow(id))
  const act: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(list.move(1, reach)),
    ArrowUp: () => go(list.move(-1, reach)),
    PageDown: () => go(list.moveTo(at + page, reach)),
    PageUp: () => go(list.moveTo(at - page, reach)),
    Home: () => go(list.moveTo(0, reach)),
    End: () => rows?.show((list.query.length ?? 1) - 1),
    ' ': () => list.toggleActive(),
    Enter: () => list.active.value !== undefined && acts.open(list.active.value),
  }
  const found = act[event.key]
  if (found !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault()
    found()
  } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    list.chooseAll()
  }
}
