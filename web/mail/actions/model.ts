/** What can be done with messages: seen at once, with a way back, refused where the server refuses. */
import { invertPatch, pathPart } from '../../kit/jmap/patch.ts'
import { RequestError } from '../../kit/jmap/transport.ts'
import type { Email, Mailbox, Patch, Role } from '../../kit/jmap/types.ts'
import { sayer } from '../../kit/words.ts'
import type { MailApp } from '../app/model.ts'
import { destroyMailbox } from '../mailboxes/manage/model.ts'
import { findByRole, namedRole } from '../mailboxes/model.ts'
import { mailboxWords } from '../mailboxes/words.ts'
import type { MessageList } from '../messages/model.ts'
import { offlineWords } from '../offline/words.ts'
import { actionWords } from './words.ts'

type Done = 'archived' | 'deleted' | 'moved' | 'junked' | 'notJunked'

export class Actions {
  readonly #app: MailApp

  constructor(app: MailApp) {
    this.#app = app
  }

  /** Whether the place allows the act for its messages. */
  may(right: 'mayRemoveItems' | 'maySetSeen' | 'maySetKeywords'): boolean {
    const { list } = this.#app
    if (list.mailboxId === undefined || list.search !== '') return true
    return list.store.mailboxes.get(list.mailboxId)?.myRights[right] === true
  }

  mailboxOf(role: Role): Mailbox | undefined {
    return findByRole(this.#app.store.mailboxes.all(), role)
  }

  archive(): void {
    this.#moveToRole('archive', 'archived')
  }

  /** Into the deleted items; what is there already leaves for good, after a question. */
  delete(): void {
    const { list } = this.#app
    const isInTrash = this.mailboxOf('trash')?.id === list.mailboxId && list.search === ''
    if (!isInTrash) return this.#moveToRole('trash', 'deleted')
    const rows = list.targets()
    if (rows.length === 0 || this.#app.refuseOffline()) return
    const say = sayer(actionWords)
    this.#app.question.set({
      title: say('deleteForGood', { n: rows.length }),
      text: say('deleteForGoodHint'),
      yes: say('delete'),
      act: () => this.#destroy(list, rows),
    })
  }

  #destroy(list: MessageList, rows: readonly string[]): void {
    const gone = new Set(rows)
    const ids = rows.flatMap((row) => list.emailsOf(row))
    this.#leave(list, true, list.activeWithout(gone))
    list.store
      .destroyEmails(ids, [{ query: list.query, ids: gone }])
      .catch((error: unknown) => this.#sayRefused(error))
  }

  /** With what is in it, after a question; one is in the inbox afterwards. */
  deleteMailbox(mailbox: Mailbox): void {
    const app = this.#app
    const { store } = app
    const say = sayer(actionWords)
    app.question.set({
      title: say('deleteMailbox', { name: mailbox.name }),
      text: say('deleteMailboxHint', { n: mailbox.totalEmails }),
      yes: say('delete'),
      act: () =>
        void destroyMailbox(store, mailbox.id).then((fault) => {
          if (fault !== undefined) {
            const text = say(fault === 'refused' ? 'refused' : 'failed')
            app.toasts.show({ kind: 'fault', text })
            return
          }
          const inbox = findByRole(store.mailboxes.all(), 'inbox')
          if (inbox !== undefined && app.route.value.mailboxId === mailbox.id)
            app.openMailbox(store.accountId, inbox.id)
        }),
    })
  }

  junk(): void {
    const { list } = this.#app
    const isJunk = this.mailboxOf('junk')?.id === list.mailboxId && list.search === ''
    if (isJunk)
      this.#moveToRole('inbox', 'notJunked', { 'keywords/$junk': null, 'keywords/$notjunk': true })
    else this.#moveToRole('junk', 'junked', { 'keywords/$junk': true, 'keywords/$notjunk': null })
  }

  moveTo(mailboxId: string): void {
    const target = this.#app.store.mailboxes.get(mailboxId)
    if (target !== undefined) this.#move(target, 'moved', {})
  }

  /** One flag for what is chosen: set, unless all have it. */
  flag(): void {
    const rows = this.#app.list.targets()
    const isOn = rows.every((row) => this.#someOf(row, '$flagged'))
    this.#mark(
      rows.flatMap((row) =>
        isOn ? this.#emailsOf(row).filter(({ keywords }) => keywords['$flagged']) : this.#last(row),
      ),
      { 'keywords/$flagged': isOn ? null : true },
    )
  }

  toggleRead(): void {
    const rows = this.#app.list.targets()
    const isUnread = rows.some((row) =>
      this.#emailsOf(row).some(({ keywords }) => !keywords['$seen']),
    )
    this.markRead(rows, isUnread)
  }

  markRead(rows: readonly string[], isRead: boolean): void {
    const emails = isRead
      ? rows.flatMap((row) => this.#emailsOf(row).filter(({ keywords }) => !keywords['$seen']))
      : rows.flatMap((row) => this.#last(row))
    this.#mark(emails, { 'keywords/$seen': isRead ? true : null })
  }

  #emailsOf(row: string): readonly Email[] {
    const { list } = this.#app
    return list.emailsOf(row).flatMap((id) => list.store.emails.get(id) ?? [])
  }

  #last(row: string): readonly Email[] {
    return this.#emailsOf(row).slice(-1)
  }

  #someOf(row: string, keyword: string): boolean {
    return this.#emailsOf(row).some(({ keywords }) => keywords[keyword] === true)
  }

  #mark(emails: readonly Email[], patch: Patch): void {
    if (emails.length === 0 || this.#app.refuseOffline()) return
    const { store } = this.#app.list
    store
      .updateEmails(new Map(emails.map(({ id }) => [id, patch])))
      .catch((error: unknown) => this.#sayRefused(error))
  }

  #moveToRole(role: Role, done: Done, patch: Patch = {}): void {
    const target = this.mailboxOf(role)
    if (target === undefined) {
      const say = sayer(actionWords)
      this.#app.toasts.show({ kind: 'fault', text: say('noSuchMailbox') })
      return
    }
    this.#move(target, done, patch)
  }

  #move(target: Mailbox, done: Done, patch: Patch): void {
    const { list } = this.#app
    const rows = list.targets()
    const emails = rows
      .flatMap((row) => this.#emailsOf(row))
      .filter(({ mailboxIds }) => {
        const places = Object.keys(mailboxIds)
        return places.length > 1 || mailboxIds[target.id] !== true
      })
    if (emails.length === 0 || this.#app.refuseOffline()) return
    const patches = new Map(
      emails.map((email) => [email.id, { ...this.#to(email, target), ...patch }]),
    )
    const back = new Map(
      emails.map((email) => [email.id, invertPatch(email, patches.get(email.id) ?? {})]),
    )
    const gone = new Set(rows)
    const leaves = list.search === '' && list.mailboxId !== target.id
    const next = list.activeWithout(gone)
    this.#leave(list, leaves, next)
    const leaving = leaves ? [{ query: list.query, ids: gone }] : []
    list.store.updateEmails(patches, leaving).catch((error: unknown) => this.#sayRefused(error))
    this.#offerUndo(list, { done, target, count: rows.length, back })
  }

  /** From one mailbox to another; found by a search, from wherever it is. */
  #to({ mailboxIds }: Email, target: Mailbox): Patch {
    const { list } = this.#app
    const from = list.search === '' ? list.mailboxId : undefined
    const left = from === undefined ? Object.keys(mailboxIds) : [from]
    return {
      ...Object.fromEntries(left.map((id) => [`mailboxIds/${pathPart(id)}`, null])),
      [`mailboxIds/${pathPart(target.id)}`]: true,
    }
  }

  /** The reader goes on with the next row, as he would by hand. */
  #leave(list: MessageList, leaves: boolean, next: string | undefined): void {
    list.chooseNone()
    if (!leaves) return
    const isOpen = this.#app.route.value.threadId !== undefined
    list.active.set(next)
    if (!isOpen) return
    const email = next === undefined ? undefined : list.store.emails.get(next)
    if (email === undefined || this.#app.isNarrow()) this.#app.closeThread()
    else this.#app.openThread(email.threadId)
  }

  #offerUndo(
    list: MessageList,
    what: { done: Done; target: Mailbox; count: number; back: ReadonlyMap<string, Patch> },
  ): void {
    const say = sayer(actionWords)
    const role = namedRole(what.target)
    const name = role === undefined ? what.target.name : sayer(mailboxWords)(role)
    this.#app.toasts.show({
      kind: 'done',
      text: say(what.done, { n: what.count, name }),
      action: {
        label: say('undo'),
        act: () => {
          list.store.updateEmails(what.back).catch((error: unknown) => this.#sayRefused(error))
        },
      },
    })
  }

  #sayRefused(error: unknown): void {
    const { toasts } = this.#app
    if (error instanceof RequestError && error.status === 0)
      return void toasts.show({ kind: 'fault', text: sayer(offlineWords)('noNetwork') })
    const say = sayer(actionWords)
    const isRefused = error instanceof Error && error.name === 'Error' && 'refused' in error
    toasts.show({ kind: 'fault', text: say(isRefused ? 'refused' : 'failed') })
  }
}
