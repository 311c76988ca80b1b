/** What is true of every parsed message, whatever its octets were. */
import assert from 'node:assert/strict'
import type { Part } from './types.ts'

/** @param whole the octets of the message; @throws AssertionError where the structure is not sound. */
export function assertSound(root: Part, whole: Buffer): void {
  assert.equal(root.start, 0)
  assert.equal(root.end, whole.length)
  assertPart(root)
}

function assertPart(part: Part): void {
  assert.ok(part.start <= part.bodyStart && part.bodyStart <= part.end, 'header, then body')
  assert.ok(part.lines >= 0 && part.lines <= part.end - part.bodyStart, 'lines are in the body')
  assertFields(part)
  let at = part.bodyStart
  for (const child of part.children) {
    assert.ok(child.start >= at && child.end <= part.end, 'children lie in order in the body')
    at = child.end
    assertPart(child)
  }
  if (part.type === 'multipart') assert.ok(part.children.length > 0, 'a multipart has a part')
  else assert.equal(part.children.length, 0)
  const isMessage =
    part.type === 'message' && (part.subtype === 'rfc822' || part.subtype === 'global')
  assert.equal(part.message !== undefined, isMessage, 'a message/rfc822 has its message')
  if (part.message === undefined) return
  assert.equal(part.message.start, part.bodyStart)
  assert.equal(part.message.end, part.end)
  assertPart(part.message)
}

function assertFields(part: Part): void {
  let at = part.start
  for (const field of part.fields) {
    assert.ok(field.start >= at && field.end <= part.bodyStart, 'fields lie in order in the header')
    assert.ok(field.start < field.valueStart && field.valueStart <= field.end)
    assert.equal(field.lowerName, field.name.toLowerCase())
    at = field.end
  }
}
