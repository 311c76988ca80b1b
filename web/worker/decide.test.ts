import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decide, type Shell } from './decide.ts'

const origin = 'https://mail.example'
const shell: Shell = {
  version: 'v',
  fixed: ['/mail/assets/main-abc.js'],
  fresh: ['/mail/', '/mail/message-frame', '/mail/icon.svg'],
}
const ask = (path: string, more: { method?: string; isPage?: boolean; from?: string } = {}) =>
  decide(shell, origin, {
    method: more.method ?? 'GET',
    url: (more.from ?? origin) + path,
    isPage: more.isPage ?? false,
  })

describe('the worker of the web mail', () => {
  it('lets everything pass that is not of the bundle', () => {
    for (const path of [
      '/.well-known/jmap',
      '/jmap/api',
      '/jmap/download/a/b/mail/assets/main-abc.js',
      '/auth/session',
      '/mail/assets/other-abc.js',
    ])
      assert.deepEqual(ask(path), { kind: 'pass' }, path)
    assert.deepEqual(ask('/mail/', { method: 'POST', isPage: true }), { kind: 'pass' })
    assert.deepEqual(ask('/mail/icon.svg', { from: 'https://tracker.example' }), { kind: 'pass' })
  })

  it('asks for the page first, at every address of a screen', () => {
    const page = { kind: 'fresh', path: '/mail/' }
    assert.deepEqual(ask('/mail/', { isPage: true }), page)
    assert.deepEqual(ask('/mail/a/1/2/3?q=x', { isPage: true }), page)
    assert.deepEqual(ask('/mail/a/1/2/3'), { kind: 'pass' })
  })

  it('knows the frame of a message from the page', () => {
    const frame = { kind: 'fresh', path: '/mail/message-frame' }
    assert.deepEqual(ask('/mail/message-frame', { isPage: true }), frame)
  })

  it('gives what never changes as it is kept', () => {
    const path = '/mail/assets/main-abc.js'
    assert.deepEqual(ask(path), { kind: 'kept', path })
  })
})
