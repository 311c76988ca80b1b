import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { emptyRoot, hashLeaf } from './hash.ts'
import { formatSecretKey, parseSecretKey } from './note-key.ts'
import { proveConsistency } from './tile-hashes.ts'
import type { AddCheckpoint, Checkpoint } from './types.ts'
import { answerAddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './witness.ts'

const log = parseSecretKey(formatSecretKey('log', 'audit.example', Buffer.alloc(32, 1)))
const witness = parseSecretKey(formatSecretKey('witness', 'w.example', Buffer.alloc(32, 2)))
const now = Date.UTC(2026, 0, 5, 1)

const edge = new Edge()
const roots = [emptyRoot]
for (let index = 0; index < 9; index += 1) {
  edge.push(hashLeaf(Buffer.from([index])), () => undefined)
  roots.push(edge.root())
}

function head(size: number, root = roots[size] ?? emptyRoot): Checkpoint {
  return { origin: 'audit.example', size, root }
}

async function request(oldSize: number, size: number): Promise<AddCheckpoint> {
  const proof = await proveConsistency(async () => edge.tile(0), oldSize, size)
  return { oldSize, proof, note: signCheckpoint(log, head(size)) }
}

/** A witness that remembers as a real one does. */
function watch(latest?: Checkpoint) {
  let remembered = latest
  return (body: string) => {
    const knowledge = {
      logOf: (origin: string) => (origin === 'audit.example' ? log.verifier : undefined),
      latestOf: () => remembered,
      signer: witness,
    }
    const answer = answerAddCheckpoint(body, knowledge, now)
    remembered = answer.remember ?? remembered
    return answer
  }
}

test('cosigns a log as it grows, from nothing on', async () => {
  const ask = watch()
  for (const [oldSize, size] of [
    [0, 0],
    [0, 3],
    [3, 3],
    [3, 8],
    [8, 9],
  ] as const) {
    const wanted = await request(oldSize, size)
    const body = formatAddCheckpoint(wanted)
    assert.deepEqual(parseAddCheckpoint(body), wanted)
    const answer = ask(body)
    assert.equal(answer.status, 200, answer.body)
    const note = wanted.note + answer.body
    const opened = openCheckpoint(note, log.verifier, [witness.verifier], 1)
    assert.deepEqual(opened.witnesses, [{ name: 'w.example', at: now }])
    assert.equal(opened.size, size)
  }
})

test('says its own size to a log that is behind or ahead', async () => {
  const ask = watch(head(5))
  for (const oldSize of [0, 4, 6]) {
    const answer = ask(formatAddCheckpoint(await request(oldSize, 8)))
    assert.deepEqual(answer, { status: 409, contentType: 'text/x.tlog.size', body: '5\n' })
  }
})

test('refuses a rollback, a fork, and another tree of the same size', async () => {
  const ask = watch(head(5))
  assert.equal(ask(formatAddCheckpoint(await request(3, 3))).status, 409)
  const fork = { ...(await request(5, 8)), note: signCheckpoint(log, head(8, roots[7])) }
  assert.equal(ask(formatAddCheckpoint(fork)).status, 422)
  const twin = { ...(await request(5, 5)), note: signCheckpoint(log, head(5, roots[4])) }
  assert.equal(ask(formatAddCheckpoint(twin)).status, 409)
  assert.equal(ask(formatAddCheckpoint({ ...(await request(5, 8)), proof: [] })).status, 422)
})

test('does not know other logs, other keys, or what is no request', async () => {
  const ask = watch()
  const good = await request(0, 3)
  const stranger = parseSecretKey(formatSecretKey('log', 'other', Buffer.alloc(32, 1)))
  const foreign = signCheckpoint(stranger, head(3))
  assert.equal(ask(formatAddCheckpoint({ ...good, note: foreign })).status, 404)
  const thief = parseSecretKey(formatSecretKey('log', 'audit.example', Buffer.alloc(32, 3)))
  const forged = signCheckpoint(thief, head(3))
  assert.equal(ask(formatAddCheckpoint({ ...good, note: forged })).status, 403)
  assert.equal(ask(formatAddCheckpoint({ ...good, oldSize: 4 })).status, 400)
  const whole = formatAddCheckpoint(good)
  const long = formatAddCheckpoint({ ...good, proof: Array<Buffer>(64).fill(emptyRoot) })
  for (const body of ['', 'old 0', whole.replace('old 0', 'old 00'), whole.slice(6), long])
    assert.equal(ask(body).status, 400, JSON.stringify(body))
  assert.equal(ask(whole).status, 200)
})
