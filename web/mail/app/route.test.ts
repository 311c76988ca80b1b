import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OfflineMail } from '../offline/offline-mail.ts'
import { MailApp } from './model.ts'
import { formatRoute, parseRoute, screens, sections } from './route.ts'

describe('an address', () => {
  it('says the same when it is written and read', () => {
    const place = { accountId: 'a/1', mailboxId: 'b ?', threadId: '中', search: 'from:陳 & x' }
    const routes = [
      { search: '' },
      place,
      ...screens.map((screen) => ({ ...place, screen })),
      ...sections.map((section) => ({ ...place, screen: 'settings' as const, section })),
    ]
    for (const route of routes) {
      const { pathname, search } = new URL(formatRoute(route), 'https://mail.example')
      assert.deepEqual(parseRoute(pathname, search), route)
    }
  })

  it('that names no screen or section of ours is the mail', () => {
    assert.deepEqual(parseRoute('/mail/', '?screen=kitchen&section=look'), { search: '' })
    assert.deepEqual(parseRoute('/mail/', '?screen=settings&section=sink'), {
      search: '',
      screen: 'settings',
    })
  })
})

describe('the settings', () => {
  it('lead back to where one was, however far one went in them', () => {
    for (const isNarrow of [false, true]) {
      const { app, history, at } = openApp('/mail/a/1/2/3?q=x', isNarrow)
      app.openScreen('settings')
      app.openSection('look')
      app.openSection('shortcuts')
      assert.equal(at(), '/mail/a/1/2/3?q=x&screen=settings&section=shortcuts')
      app.closeScreen()
      assert.equal(at(), '/mail/a/1/2/3?q=x')
      assert.equal(app.route.value.screen, undefined)
      assert.equal(history.entries.indexOf(at()), 0, 'no step forth stands before it')
    }
  })

  it('on a phone go from a section to the list, by our button as by the browser’s', () => {
    const { app, at } = openApp('/mail/a/1/2', true)
    app.openScreen('settings')
    app.openSection('look')
    app.closeSection()
    assert.equal(at(), '/mail/a/1/2?screen=settings')
    app.openSection('look')
    app.closeScreen()
    assert.equal(at(), '/mail/a/1/2')
  })

  it('whose address was opened by itself close onto the mail', () => {
    const { app, at } = openApp('/mail/a/1/2?screen=settings&section=look', true)
    app.closeSection()
    assert.equal(at(), '/mail/a/1/2?screen=settings')
    app.closeScreen()
    assert.equal(at(), '/mail/a/1/2')
  })

  it('are closed by signing out', () => {
    const { app, at } = openApp('/mail/a/1/2?screen=settings', false)
    app.forget()
    assert.equal(at(), '/mail/a/1/2')
  })
})

/** A browser's history, as far as the page uses it. */
class FakeHistory {
  entries: string[]
  states: unknown[] = [null]
  at = 0
  onMove = (): void => undefined

  constructor(first: string) {
    this.entries = [first]
  }

  get state(): unknown {
    return this.states[this.at]
  }

  pushState(state: unknown, _title: string, url: string): void {
    this.at++
    this.entries = [...this.entries.slice(0, this.at), url]
    this.states = [...this.states.slice(0, this.at), state]
  }

  replaceState(state: unknown, _title: string, url: string): void {
    this.entries[this.at] = url
    this.states[this.at] = state
  }

  go(by: number): void {
    this.at += by
    this.onMove()
  }
}

function openApp(first: string, isNarrow: boolean) {
  const history = new FakeHistory(first)
  const at = () => history.entries[history.at] ?? ''
  const url = () => new URL(at(), 'https://mail.example')
  const app = new MailApp({
    fetch: () => Promise.reject(new TypeError('no network')),
    ownFiles: [],
    openEvents: () => {
      throw new Error('not asked for')
    },
    askPasskey: () => Promise.reject(new Error('none')),
    storage: { getItem: () => null, setItem: () => undefined },
    offline: new OfflineMail(),
    isNarrow: () => isNarrow,
    location: {
      get pathname() {
        return url().pathname
      },
      get search() {
        return url().search
      },
    },
    history,
  })
  history.onMove = () => app.route.set(parseRoute(url().pathname, url().search))
  return { app, history, at }
}
