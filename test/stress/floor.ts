/**
 * What clients were told before their connections broke, kept while a server is gone: none of it may be
 * untrue afterwards. RFC 9051 §2.3.1.1 (UIDs), RFC 7162 §3.1.1 (MODSEQ).
 */
import assert from 'node:assert/strict'
import type { Believer } from './believer.ts'

interface Told {
  uidValidity: number
  highestModSeq: number
  uidMax: number
  readonly gone: Set<number>
}

/** One for all clients: what is kept here was said before anybody came back. */
export class Floor {
  readonly #told = new Map<string, Told>()

  /** Of a connection that broke. */
  keep(believer: Believer): void {
    const { mailbox, uidValidity } = believer
    // It had not been told which mailbox it stands in.
    if (mailbox === '' || uidValidity === 0) return
    const told = this.#told.get(mailbox) ?? {
      uidValidity,
      highestModSeq: 0,
      uidMax: 0,
      gone: new Set(),
    }
    assert.equal(uidValidity, told.uidValidity, `${believer.name}: UIDVALIDITY of ${mailbox}`)
    told.highestModSeq = Math.max(told.highestModSeq, believer.modSeqMax)
    for (const { uid = 0 } of believer.messages) told.uidMax = Math.max(told.uidMax, uid)
    for (const uid of believer.gone) {
      told.gone.add(uid)
      told.uidMax = Math.max(told.uidMax, uid)
    }
    this.#told.set(mailbox, told)
  }

  /** Of a mailbox that was selected and read after the break. */
  check(believer: Believer): void {
    const { mailbox, name } = believer
    const told = this.#told.get(mailbox)
    if (told === undefined) return
    assert.equal(believer.uidValidity, told.uidValidity, `${name}: UIDVALIDITY of ${mailbox}`)
    const { highestModSeq, uidNext } = believer
    assert.ok(
      highestModSeq >= told.highestModSeq,
      `${name}: HIGHESTMODSEQ of ${mailbox} was ${told.highestModSeq} and is ${highestModSeq}`,
    )
    assert.ok(
      uidNext > told.uidMax,
      `${name}: UIDNEXT of ${mailbox} is ${uidNext}, UID ${told.uidMax} was there`,
    )
    for (const { uid = 0 } of believer.messages)
      assert.ok(!told.gone.has(uid), `${name}: UID ${uid} of ${mailbox} had gone and is back`)
  }
}
