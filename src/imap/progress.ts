/** INPROGRESS: a command that takes long says how far it is, so that nobody gives it up. RFC 9585. */
import { progressEveryMs } from './limits.ts'
import type { Session } from './session.ts'
import { quote } from '../mime/format-string.ts'

export class Progress {
  readonly #session: Session
  readonly #tag: string | undefined
  #toldAt: number

  /** Without a tag nothing is told. */
  constructor(session: Session, tag: string | undefined) {
    this.#session = session
    this.#tag = tag
    this.#toldAt = session.ports.clock.now()
  }

  /** To be called as often as one likes: it speaks now and then. */
  tell(done: number, goal: number): void {
    if (this.#tag === undefined) return
    const { writer, ports } = this.#session
    const now = ports.clock.now()
    if (now - this.#toldAt < progressEveryMs) return
    this.#toldAt = now
    writer.untagged(`OK [INPROGRESS (${quote(this.#tag)} ${done} ${goal})] Still at work`)
    writer.flush()
  }
}
