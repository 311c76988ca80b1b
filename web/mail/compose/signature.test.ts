import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchangeSignature, signatureBlock } from './signature.ts'

const quoted = '\n\nOn Monday, Lee wrote:\n> Hello\n> -- \n> Me'

test('who sends as another signs as that one, above what is quoted', () => {
  const mine = `Thanks.${signatureBlock('Me')}${quoted}`
  const posts = `Thanks.${signatureBlock('SEO(A)2')}${quoted}`
  assert.equal(exchangeSignature(mine, { before: 'Me', after: 'SEO(A)2', quoted }), posts)
  const bare = `Thanks.${quoted}`
  assert.equal(exchangeSignature(mine, { before: 'Me', after: ' ', quoted }), bare)
  assert.equal(exchangeSignature(bare, { before: '', after: 'SEO(A)2', quoted }), posts)
  assert.equal(exchangeSignature('Hi', { before: '', after: 'Me', quoted: '' }), 'Hi\n\n-- \nMe')
})

test('a signature somebody wrote into is his own, and where quoting begins is not guessed', () => {
  const edited = 'Hi\n\n-- \nMe, until Friday'
  assert.equal(exchangeSignature(edited, { before: 'Myself', after: 'SEO', quoted: '' }), edited)
  assert.equal(exchangeSignature('Hi', { before: '', after: 'SEO', quoted: undefined }), 'Hi')
})
