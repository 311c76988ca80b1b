/**
 * What one client may believe of its open mailbox, made of nothing but what the server told it. Each
 * response is held against it; whatever contradicts is a fault. RFC 9051 §7.5, RFC 7162 §3.2.
 */
import assert from 'node:assert/strict'
import type { Value } from '../support/parse-response.ts'

interface Believed {
  /** Undefined: not told yet. */
  uid: number | undefined
  flags: string | undefined
  modSeq: number
}

/** Which responses a command may bring. */
export interface Rules {
  /** EXPUNGE is forbidden during FETCH, STORE and SEARCH by number (RFC 9051 §7.5.1). */
  readonly mayExpunge: boolean
}

export class Believer {
  readonly name: string
  uidValidity = 0
  uidNext = 0
  highestModSeq = 0
  /** The highest it was told of the mailbox or a message in it. */
  modSeqMax = 0
  messages: Believed[] = []
  /** UIDs it was told have gone. */
  readonly gone = new Set<number>()
  /** Subjects by UID, of all clients together: content never changes. */
  readonly #contents: Map<string, string>
  mailbox = ''

  constructor(name: string, contents: Map<string, string>) {
    this.name = name
    this.#contents = contents
  }

  open(mailbox: string): void {
    this.mailbox = mailbox
    this.uidValidity = 0
    this.uidNext = 0
    this.modSeqMax = 0
    this.messages = []
    this.gone.clear()
  }

  hear(responses: readonly (readonly Value[])[], rules: Rules): void {
    for (const response of responses) if (!this.isLost) this.#one(response, rules)
  }

  #one(response: readonly Value[], { mayExpunge }: Rules): void {
    const [first, second, third] = response
    if (second === 'EXISTS') this.#exists(Number(first))
    else if (second === 'EXPUNGE') {
      assert.ok(mayExpunge, this.#says('EXPUNGE where it is forbidden'))
      this.#expunge(Number(first))
    } else if (first === 'VANISHED' && typeof second === 'string') {
      assert.ok(mayExpunge, this.#says('VANISHED where it is forbidden'))
      for (const uid of numbersOf(second)) this.#vanish(uid)
    } else if (first === 'VANISHED' && typeof third === 'string') {
      for (const uid of numbersOf(third)) this.#vanish(uid)
    } else if (second === 'FETCH' && typeof third === 'object') this.#fetch(Number(first), third)
    else if (first === 'SEARCH' || first === 'SORT') this.#found(response.slice(1))
    else if (first === 'OK') this.#code(response)
  }

  #exists(count: number): void {
    assert.ok(count >= this.messages.length, this.#says(`EXISTS went down to ${count}`))
    while (this.messages.length < count) {
      this.messages.push({ uid: undefined, flags: undefined, modSeq: 0 })
    }
  }

  #expunge(number: number): void {
    assert.ok(number >= 1 && number <= this.messages.length, this.#says(`EXPUNGE ${number}`))
    const [gone] = this.messages.splice(number - 1, 1)
    if (gone?.uid !== undefined) this.gone.add(gone.uid)
  }

  #vanish(uid: number): void {
    const at = this.messages.findIndex((message) => message.uid === uid)
    this.gone.add(uid)
    if (at >= 0) this.messages.splice(at, 1)
    else if (this.messages.some((message) => message.uid === undefined)) {
      // One of those whose UID was never told: the client cannot know which, so it asks again.
      this.messages = this.messages.filter((message) => message.uid !== undefined)
      this.isLost = true
    }
  }

  /** It has to select anew before its numbers mean something. */
  isLost = false

  #fetch(number: number, items: readonly Value[]): void {
    assert.ok(number >= 1 && number <= this.messages.length, this.#says(`FETCH ${number}`))
    const message = this.messages[number - 1]
    if (message === undefined) return
    for (let at = 0; at < items.length; at += 2) {
      const [name, value] = [String(items[at]), items[at + 1]]
      if (name === 'UID') this.#uid(number, message, Number(value))
      if (name === 'FLAGS' && typeof value === 'object') message.flags = formatFlags(value)
      if (name === 'MODSEQ' && typeof value === 'object') {
        const modSeq = Number(value[0])
        assert.ok(modSeq >= message.modSeq, this.#says(`MODSEQ of ${number} went back`))
        message.modSeq = modSeq
        this.#modSeq(modSeq)
      }
      if (name.startsWith('BODY[') && message.uid !== undefined) {
        this.#content(message.uid, String(value))
      }
    }
  }

  #uid(number: number, message: Believed, uid: number): void {
    assert.ok(!this.gone.has(uid), this.#says(`UID ${uid} came back`))
    assert.ok(
      message.uid === undefined || message.uid === uid,
      this.#says(`message ${number} was UID ${message.uid} and is ${uid}`),
    )
    message.uid = uid
    const before = this.messages.slice(0, number - 1).findLast((other) => other.uid !== undefined)
    const after = this.messages.slice(number).find((other) => other.uid !== undefined)
    assert.ok((before?.uid ?? 0) < uid, this.#says(`UID ${uid} is not above those before`))
    assert.ok((after?.uid ?? Infinity) > uid, this.#says(`UID ${uid} is not below those after`))
  }

  #content(uid: number, content: string): void {
    const key = `${this.mailbox}/${this.uidValidity}/${uid}`
    const known = this.#contents.get(key)
    assert.ok(known === undefined || known === content, this.#says(`UID ${uid} has other content`))
    this.#contents.set(key, content)
  }

  #found(numbers: readonly Value[]): void {
    const largest = Math.max(0, ...numbers.map(Number).filter((number) => !Number.isNaN(number)))
    assert.ok(largest <= this.messages.length, this.#says(`SEARCH found number ${largest}`))
  }

  #code(response: readonly Value[]): void {
    const text = response.map(String).join(' ')
    const match = /^OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]/.exec(text)
    if (match?.[1] === 'UIDVALIDITY') this.uidValidity = Number(match[2])
    if (match?.[1] === 'UIDNEXT') this.uidNext = Number(match[2])
    if (match?.[1] === 'HIGHESTMODSEQ') this.#modSeq((this.highestModSeq = Number(match[2])))
  }

  #modSeq(modSeq: number): void {
    this.modSeqMax = Math.max(this.modSeqMax, modSeq)
  }

  #says(what: string): string {
    const uids = this.messages.map(({ uid }) => uid ?? '?').join(' ')
    return `${this.name} in ${this.mailbox}: ${what}; it believes [${uids}]`
  }
}

function formatFlags(flags: readonly Value[]): string {
  return flags
    .map(String)
    .filter((flag) => flag !== '\\Recent')
    .toSorted()
    .join(' ')
}

export function numbersOf(set: string): readonly number[] {
  return set.split(',').flatMap((range) => {
    const [low = 0, high = low] = range.split(':').map(Number)
    return Array.from({ length: high - low + 1 }, (_, at) => low + at)
  })
}
