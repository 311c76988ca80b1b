import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Release, saveBeforeLeaving } from './release.ts'

const own = ['/mail/assets/index-a.js', '/mail/assets/index-a.css']
const pageOf = (files: readonly string[]) => files.map((path) => `<x src="${path}">`).join('')

async function lookAt(answer: () => Promise<Response>): Promise<boolean> {
  const release = new Release(answer, own)
  await release.look()
  return release.isThere.value
}

describe('a new release', () => {
  it('is there when the page names other files', async () => {
    const other = ['/mail/assets/index-b.js', '/mail/assets/index-a.css']
    assert.equal(await lookAt(async () => new Response(pageOf(own))), false)
    assert.equal(await lookAt(async () => new Response(pageOf(other))), true)
  })

  it('is not there because something failed', async () => {
    assert.equal(await lookAt(() => Promise.reject(new TypeError('no network'))), false)
    assert.equal(await lookAt(async () => new Response('gone', { status: 503 })), false)
  })
})

describe('before the page is left', () => {
  const draft = (more: { isUploading?: boolean; hasFailed?: boolean; isSaved?: boolean }) => {
    const saves: string[] = []
    const { isUploading = false, hasFailed = false, isSaved = true } = more
    return {
      saves,
      files: { isUploading, hasFailed },
      isUnsaved: !isSaved,
      save: async () => {
        saves.push('saved')
        if (!isSaved) throw new Error('no network')
      },
    }
  }

  it('what is written is saved', async () => {
    const written = draft({})
    assert.equal(await saveBeforeLeaving(written), undefined)
    assert.deepEqual(written.saves, ['saved'])
    assert.equal(await saveBeforeLeaving(undefined), undefined)
  })

  it('it is not left with what could not be saved', async () => {
    assert.equal(await saveBeforeLeaving(draft({ isSaved: false })), 'notSaved')
    assert.equal(await saveBeforeLeaving(draft({ hasFailed: true })), 'notSaved')
    assert.equal(await saveBeforeLeaving(draft({ isUploading: true })), 'uploading')
  })
})
