/** Every key of the mail, in one table: what the keys do and what the help says come from it. */
import type { Role } from '../../kit/jmap/types.ts'
import type { Actions } from '../actions/model.ts'
import type { MailApp } from '../app/model.ts'
import type { helpWords } from './words.ts'

type HelpWord = keyof (typeof helpWords)['en']

export interface Shortcut {
  readonly word: HelpWord
  readonly group: 'going' | 'acting' | 'other'
  /** One after the other; of several ways the first is taught. */
  readonly keys: readonly (readonly string[])[]
  /** Absent where a list or the browser does it. */
  readonly act?: (mail: Mail) => void
}

export interface Mail {
  readonly app: MailApp
  readonly actions: Actions
  /** Puts the focus on what has this id, or opens it. */
  readonly focus: (id: string, how: 'focus' | 'click') => void
}

export const shortcuts: readonly Shortcut[] = [
  { word: 'next', group: 'going', keys: [['j'], ['ArrowDown']], act: (mail) => step(mail, 1) },
  { word: 'previous', group: 'going', keys: [['k'], ['ArrowUp']], act: (mail) => step(mail, -1) },
  { word: 'open', group: 'going', keys: [['o'], ['Enter']], act: openActive },
  { word: 'back', group: 'going', keys: [['Escape']], act: back },
  { word: 'toInbox', group: 'going', keys: [['g', 'i']], act: (mail) => go(mail, 'inbox') },
  { word: 'toSent', group: 'going', keys: [['g', 't']], act: (mail) => go(mail, 'sent') },
  { word: 'toDrafts', group: 'going', keys: [['g', 'd']], act: (mail) => go(mail, 'drafts') },
  { word: 'toArchive', group: 'going', keys: [['g', 'a']], act: (mail) => go(mail, 'archive') },
  { word: 'archive', group: 'acting', keys: [['e']], act: ({ actions }) => actions.archive() },
  {
    word: 'delete',
    group: 'acting',
    keys: [['#'], ['Delete']],
    act: ({ actions }) => actions.delete(),
  },
  { word: 'junk', group: 'acting', keys: [['!']], act: ({ actions }) => actions.junk() },
  { word: 'move', group: 'acting', keys: [['v']], act: ({ focus }) => focus('move-menu', 'click') },
  { word: 'flag', group: 'acting', keys: [['s']], act: ({ actions }) => actions.flag() },
  { word: 'read', group: 'acting', keys: [['u']], act: ({ actions }) => actions.toggleRead() },
  { word: 'reply', group: 'acting', keys: [['r']], act: (mail) => answer(mail, 'reply') },
  { word: 'replyAll', group: 'acting', keys: [['a']], act: (mail) => answer(mail, 'replyAll') },
  { word: 'forward', group: 'acting', keys: [['f']], act: (mail) => answer(mail, 'forward') },
  {
    word: 'choose',
    group: 'acting',
    keys: [['x'], [' ']],
    act: ({ app }) => app.list.toggleActive(),
  },
  { word: 'extend', group: 'acting', keys: [['Shift+ArrowDown']] },
  { word: 'chooseAll', group: 'acting', keys: [['Ctrl+a']] },
  { word: 'undo', group: 'acting', keys: [['z']], act: ({ app }) => void app.toasts.undo() },
  { word: 'compose', group: 'other', keys: [['c']], act: write },
  { word: 'search', group: 'other', keys: [['/']], act: ({ focus }) => focus('search', 'focus') },
  {
    word: 'settings',
    group: 'other',
    keys: [[','], ['g', 's']],
    act: ({ app }) => app.openScreen('settings'),
  },
  { word: 'help', group: 'other', keys: [['?']], act: ({ app }) => app.openScreen('shortcuts') },
]

/** A second key counts for so long. */
const secondKeyMs = 1_500

/** What a key is about to do; keys that begin a pair are remembered. */
export class Keys {
  #first: { readonly key: string; readonly at: number } | undefined

  find(key: string, now: number): Shortcut | undefined {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined && now - first.at < secondKeyMs) {
      const pair = shortcutOf([first.key, key])
      if (pair !== undefined) return pair
    }
    const beginsPair = shortcuts.some(({ keys }) => keys.some(([one, two]) => one === key && two))
    if (beginsPair) this.#first = { key, at: now }
    return shortcutOf([key])
  }
}

function shortcutOf(pressed: readonly string[]): Shortcut | undefined {
  const wanted = pressed.join('\n')
  return shortcuts.find(({ keys }) => keys.some((way) => way.join('\n') === wanted))
}

/** In a conversation the next one is opened, as one reads through a pile. */
function step({ app, focus }: Mail, by: number): void {
  const id = app.list.move(by)
  if (id === undefined) return
  const email = app.list.store.emails.get(id)
  if (app.route.value.threadId !== undefined && email !== undefined) app.openThread(email.threadId)
  else focus('message-list', 'focus')
}

function openActive({ app }: Mail): void {
  const id = app.list.active.value
  const email = id === undefined ? undefined : app.list.store.emails.get(id)
  if (email !== undefined) app.openThread(email.threadId)
}

function back({ app, focus }: Mail): void {
  if (app.route.value.screen !== undefined) return app.closeScreen()
  if (app.list.chosen.value.size > 0) return app.list.chooseNone()
  if (app.route.value.threadId !== undefined) app.closeThread()
  else if (app.route.value.search !== '') app.search('')
  focus('message-list', 'focus')
}

function go({ app, actions }: Mail, role: Role): void {
  const mailbox = actions.mailboxOf(role)
  if (mailbox !== undefined) app.openMailbox(app.accountId, mailbox.id)
}

/** What is being written is never put aside by a key. */
function write({ app }: Mail): void {
  if (app.composing.value === undefined) app.compose()
}

/** The newest message of the conversation is answered. */
function answer({ app }: Mail, purpose: 'reply' | 'replyAll' | 'forward'): void {
  const active = app.list.active.value
  const emailId = active === undefined ? undefined : app.list.emailsOf(active).at(-1)
  if (emailId !== undefined && app.composing.value === undefined) app.compose(purpose, emailId)
}
