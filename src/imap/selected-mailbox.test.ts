import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeywordReader } from '../store/keywords.ts'
import { MailboxEntries } from '../store/mirror/mailbox-entries.ts'
import type { MailboxColumns } from '../store/types.ts'
import { SelectedMailbox } from './selected-mailbox.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

/** Numbers that the seed repeats (mulberry32). */
function randomFrom(state: number): (below: number) => number {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const place = {
  mount: {
    prefix: '',
    grant: {
      accountId: 'a',
      departmentId: 'd',
      kind: 'person',
      basis: 'own',
      name: '',
      rights: '',
      address: '',
    },
  },
  name: 'INBOX',
} as const

/** What the store knows, what the view shows, and what a client believes by what it was told. */
class Trial {
  readonly entries = new MailboxEntries(1)
  modSeq = 1
  uidNext = 1
  there: number[] = []
  believed: number[] = []
  readonly view: SelectedMailbox

  constructor(count: number) {
    this.arrive(count)
    this.view = new SelectedMailbox(place, this.now(), false)
    this.believed = [...this.there]
  }

  now(): MailboxColumns {
    const mailbox = {
      id: 'm',
      accountId: 'a',
      name: 'INBOX',
      role: undefined,
      isSubscribed: true,
      uidValidity: 1,
      uidNext: this.uidNext,
      messages: this.there.length,
      octets: 0,
      highestModSeq: this.modSeq,
    }
    return { mailbox, columns: this.entries.columns(), keywords: new KeywordReader(['$A', '$B']) }
  }

  arrive(count: number): void {
    const rows = Array.from({ length: count }, () => {
      this.there.push(this.uidNext)
      return { uid: this.uidNext++, modseq: ++this.modSeq, flags: 0, keywords: 0 }
    })
    this.entries.apply(rows, [], this.modSeq)
  }

  flag(uids: readonly number[], flags: number, keywords: number): void {
    const modseq = ++this.modSeq
    const rows = uids.map((uid) => ({ uid, modseq, flags, keywords }))
    this.entries.apply(rows, [], modseq)
  }

  expunge(uids: readonly number[]): void {
    const modseq = ++this.modSeq
    this.entries.apply(
      [],
      uids.map((uid) => ({ uid, modseq })),
      modseq,
    )
    this.there = this.there.filter((uid) => !uids.includes(uid))
  }

  /** As syncMailbox tells it. */
  sync(known: MailboxColumns): void {
    const flagsBefore = this.believed.map((_, index) => this.view.modSeqAt(index))
    const { hasNew, changed } = this.view.apply(known)
    if (hasNew)
      for (let index = this.believed.length; index < this.view.count; index += 1)
        this.believed.push(this.view.uidAt(index))
    for (const [index, before] of flagsBefore.entries())
      assert.equal(this.view.modSeqAt(index) !== before, changed.includes(index))
    assert.equal(this.view.count, this.believed.length, 'nothing is shown that was not told')
  }

  /** As EXPUNGE is told, one number after the other. */
  tellGone(): void {
    const { uids, numbers } = this.view.takeVanished()
    const gone = numbers.map((number) => this.believed.splice(number - 1, 1)[0])
    assert.deepEqual(gone, uids)
  }

  check(): void {
    const shown = Array.from({ length: this.view.count }, (_, index) => this.view.uidAt(index))
    assert.deepEqual(shown, this.believed)
    for (const [index, uid] of shown.entries()) assert.equal(this.view.indexOfUid(uid), index)
  }
}

test(`a view shows what its client was told, whatever happens (seed ${seed})`, () => {
  for (let run = 0; run < 12; run += 1) {
    const random = randomFrom(seed + run)
    const trial = new Trial(random(1_400))
    const some = () => trial.there.filter(() => random(40) === 0)
    for (let step = 0; step < 60; step += 1) {
      const earlier = trial.now()
      const act = random(6)
      if (act === 0) trial.arrive(random(30))
      else if (act === 1) trial.flag(some(), random(32), random(4))
      else if (act === 2) trial.expunge(some())
      else if (act === 3) {
        // By the client's own EXPUNGE; what the node is asked next may be older than that.
        const own = some()
        trial.expunge(own)
        trial.view.lose(own, trial.modSeq)
        if (random(2) === 0) trial.sync(earlier)
        trial.tellGone()
        if (random(2) === 0) trial.sync(earlier)
      } else if (act === 4) trial.sync(trial.now())
      else trial.tellGone()
      trial.check()
    }
    trial.sync(trial.now())
    trial.tellGone()
    assert.deepEqual(trial.believed, trial.there)
    const now = trial.now().columns
    for (const index of trial.there.keys()) {
      assert.equal(trial.view.flagsAt(index), now.flagsAt(index))
      assert.equal(trial.view.modSeqAt(index), now.modSeqAt(index))
    }
  }
})
