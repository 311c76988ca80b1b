/** What waits for the moderator of a list: of one's own lists, and of those of posts that one holds (ADR 0050). */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type Answer } from '../../../kit/own-api.ts'
import type { Office } from './office.ts'

export interface WaitingPost {
  readonly id: string
  readonly list: string
  /** Empty: a machine's report. */
  readonly from: string
  readonly octets: number
  readonly waitingSince: number
  readonly expiresAt: number
}

export class Moderation {
  readonly waiting: Loaded<readonly WaitingPost[]>
  readonly #office: Office

  constructor(office: Office) {
    this.#office = office
    this.waiting = new Loaded(
      () => office.get('/moderation?limit=100'),
      (body) =>
        listOf(body['items'], (one) => ({
          id: textOf(one['id']),
          list: textOf(one['list']),
          from: textOf(one['reversePath']),
          octets: numberOf(one['octets']) ?? 0,
          waitingSince: numberOf(one['waitingSince']) ?? 0,
          expiresAt: numberOf(one['expiresAt']) ?? 0,
        })),
    )
  }

  async decide(id: string, decision: 'passage' | 'refusal'): Promise<Answer> {
    const answer = await this.#office.post(`/moderation/${encodeURIComponent(id)}/${decision}`, {})
    await this.waiting.read()
    return answer
  }
}
